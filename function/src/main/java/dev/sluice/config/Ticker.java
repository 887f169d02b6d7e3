package dev.sluice.config;

import dev.sluice.control.Controller;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that the controller belongs to: it reports at the ends of windows, ticks once a
/// period, and looks at once when this process has written something.
final class Ticker implements AutoCloseable {
  // Windows end on the second, and reports should be of that second.
  private static final Duration BEAT = Duration.ofMillis(250);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  // Before it nobody knows who should serve.
  private static final Duration FIRST = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

  private final Controller controller;
  private final Duration period;
  private final InstantSource clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> Thread.ofPlatform().daemon().name("control").unstarted(work));
  // Of the thread alone. Not by the wall clock, which may be set back.
  private final AtomicLong nextTick = new AtomicLong(System.nanoTime());

  Ticker(Controller controller, Duration period, InstantSource clock) {
    this.controller = controller;
    this.period = period;
    this.clock = clock;
  }

  /// Ticks once before it returns, so that traffic goes where it is written; then by the clock.
  void start() {
    beatOnce();
    // A beat never throws, so there is nothing to be learned from it.
    Future<?> unused =
        thread.scheduleWithFixedDelay(
            this::beat, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Does what is due, and nothing by the clock: for a process that has time only when it is asked.
  void beatOnce() {
    await(thread.submit(this::beat), FIRST);
  }

  /// Ticks whether that is due or not.
  void tickOnce() {
    nextTick.set(System.nanoTime());
    beatOnce();
  }

  private void beat() {
    try {
      Instant now = clock.instant();
      controller.report(now);
      if (System.nanoTime() - nextTick.get() >= 0) {
        nextTick.set(System.nanoTime() + period.toNanos());
        controller.tick(now);
      }
    } catch (RuntimeException bug) {
      // A beat that throws would be the last one.
      LOG.atError().setCause(bug).log("a tick broke");
    }
  }

  /// Follows what was written, and returns when traffic does; or when that takes too long, for the
  /// next tick follows anyway.
  void refresh() {
    try {
      await(thread.submit(controller::refresh), PATIENCE);
    } catch (RejectedExecutionException closing) {
      LOG.atDebug().log("written while the service stops");
    }
  }

  private static void await(Future<?> work, Duration patience) {
    try {
      work.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException broken) {
      LOG.atError().setCause(broken.getCause()).log("the controller broke");
    } catch (TimeoutException slow) {
      LOG.atWarn().log("the store is slow");
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
