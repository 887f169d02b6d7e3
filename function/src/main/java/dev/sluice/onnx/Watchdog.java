package dev.sluice.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.sluice.inference.Deadline;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Ends model runs whose deadline has passed.
///
/// A native run cannot be interrupted, only asked to stop, by another thread. One thread here
/// looks at all runs under way every few milliseconds; a run pays for it with one lock that is
/// free but for the moment of a look. A run therefore ends up to [#PERIOD_NANOS] (and one operator
/// of the model) late. The run options are reused, for making them costs as much as a small
/// model's run.
final class Watchdog implements AutoCloseable {
  static final long PERIOD_NANOS = 10_000_000;

  private final List<Watch> all = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<Watch> free = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean closed;

  private Watchdog() {
    thread = Thread.ofPlatform().daemon().name("run-watchdog").unstarted(this::look);
  }

  static Watchdog start() {
    var watchdog = new Watchdog();
    watchdog.thread.start();
    return watchdog;
  }

  /// Begins to watch a run of the calling thread; closing the watch ends that.
  Watch watch(Deadline deadline) throws OrtException {
    Watch watch = free.poll();
    if (watch == null) {
      var options = new OrtSession.RunOptions();
      // What a run says when it fails is in its error, and in our log; not a second time, as it is.
      options.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      watch = new Watch(options);
      all.add(watch);
    }
    watch.begin(deadline);
    return watch;
  }

  private void look() {
    while (!closed) {
      LockSupport.parkNanos(PERIOD_NANOS);
      long now = System.nanoTime();
      for (Watch watch : all) {
        endIfLate(watch, now);
      }
    }
  }

  // One run that cannot be ended, or a moment without memory, must not leave all others unwatched.
  private static void endIfLate(Watch watch, long nowNanos) {
    try {
      watch.endIfLate(nowNanos);
    } catch (RuntimeException | OutOfMemoryError failed) {
      System.getLogger(Watchdog.class.getName())
          .log(System.Logger.Level.ERROR, "a late run was not ended", failed);
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  /// One run under watch. `lock` of `this` guards all fields.
  final class Watch implements AutoCloseable {
    private final OrtSession.RunOptions options;
    private @Nullable Deadline
        deadline; // null while no run is under way: the state of most watches
    private boolean ended;

    Watch(OrtSession.RunOptions options) {
      this.options = options;
    }

    OrtSession.RunOptions options() {
      return options;
    }

    /// Whether the run was told to stop.
    synchronized boolean ended() {
      return ended;
    }

    private synchronized void begin(Deadline until) throws OrtException {
      if (ended) {
        options.setTerminate(false);
      }
      ended = false;
      deadline = until;
    }

    private synchronized void endIfLate(long nowNanos) {
      if (deadline == null || ended || !deadline.passed(nowNanos)) {
        return;
      }
      try {
        options.setTerminate(true);
        ended = true;
      } catch (OrtException cannotStop) {
        throw new IllegalStateException("a run cannot be ended", cannotStop);
      }
    }

    @Override
    public void close() {
      synchronized (this) {
        deadline = null;
      }
      free.add(this);
    }
  }
}
