package dev.sluice.image;

import dev.sluice.image.JdkImageDecoder.Admitted;
import dev.sluice.image.JdkImageDecoder.Refused;
import dev.sluice.inference.ImageDecoder;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// Decides where a picture is decoded: a small one by the caller, for a hand-over would cost more
/// than the work; a large one by a fixed number of threads, so that decoding cannot take all cores
/// and all memory. The header is parsed once, by the caller, and decides.
///
/// The deadline of a decoder lies in its stream, and code that no longer reads cannot be stopped.
/// So a caller waits for its picture to be begun for as long as one may take to decode, and then
/// twice as long for it to be done; and a worker that is at one picture for longer than twice the
/// time is *lost* until it returns. When all are lost, nothing but small pictures will ever be
/// decoded again: [#exhausted].
///
/// Callers block and may be virtual threads. The workers are daemons, named `decode`.
public final class PooledDecoder implements ImageDecoder, AutoCloseable {
  private static final Unusable CROWDED =
      new Unusable(Reason.BUSY, "too many images wait to be decoded");
  private static final Unusable STUCK =
      new Unusable(Reason.UNREADABLE, "the image takes too long to decode");

  private final JdkImageDecoder decoder;
  private final Function<Admitted, Decoded> decode;
  private final PoolLimits limits;
  private final LongSupplier nanoClock;
  private final Duration decodeTime;
  private final ThreadPoolExecutor workers;
  private final Set<Job> running = ConcurrentHashMap.newKeySet();

  /// One picture, from the moment when a worker took it up.
  private record Job(long begunNanos, Object identity) {}

  /// @param nanoClock the time, as `System.nanoTime()` gives it
  public PooledDecoder(JdkImageDecoder decoder, PoolLimits limits, LongSupplier nanoClock) {
    this(decoder, decoder::decode, limits, nanoClock);
  }

  /// With decoding replaced, for tests that need a decoder which stands still.
  PooledDecoder(
      JdkImageDecoder decoder,
      Function<Admitted, Decoded> decode,
      PoolLimits limits,
      LongSupplier nanoClock) {
    this.decoder = decoder;
    this.decode = decode;
    this.limits = limits;
    this.nanoClock = nanoClock;
    this.decodeTime = decoder.limits().decodeTime();
    this.workers =
        new ThreadPoolExecutor(
            limits.workers(),
            limits.workers(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(limits.queue()),
            Thread.ofPlatform().name("decode-", 0).daemon().factory());
  }

  @Override
  public Decoded decode(byte[] bytes, int offset, int length) {
    return switch (decoder.examine(new Span(bytes, offset, length))) {
      case Refused refused -> refused.why();
      case Admitted picture when limits.small(picture.pixels(), length) -> decode.apply(picture);
      case Admitted picture -> hand(picture);
    };
  }

  /// Workers that have been at one picture for more than twice the time that it may take.
  public int lost() {
    long patience = 2 * decodeTime.toNanos();
    long now = nanoClock.getAsLong();
    return (int) running.stream().filter(job -> now - job.begunNanos() > patience).count();
  }

  /// Whether no worker is left that could take up a picture.
  public boolean exhausted() {
    return lost() >= limits.workers();
  }

  /// Pictures that wait for a worker.
  public int waiting() {
    return workers.getQueue().size();
  }

  /// Takes up no more pictures; those that wait are given back as too many. Does not wait for
  /// those under way, which have deadlines of their own.
  @Override
  public void close() {
    workers.shutdown();
    for (Runnable task; (task = workers.getQueue().poll()) != null; ) {
      ((Future<?>) task).cancel(false);
    }
  }

  private Decoded hand(Admitted picture) {
    var task = new FutureTask<>(() -> work(picture));
    try {
      workers.execute(task);
    } catch (RejectedExecutionException full) {
      return CROWDED;
    }
    try {
      return await(task);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      workers.remove(task);
      return CROWDED;
    }
  }

  private Decoded work(Admitted picture) {
    var job = new Job(nanoClock.getAsLong(), new Object());
    running.add(job);
    try {
      return decode.apply(picture);
    } finally {
      running.remove(job);
    }
  }

  private Decoded await(FutureTask<Decoded> task) throws InterruptedException {
    long nanos = decodeTime.toNanos();
    try {
      try {
        return task.get(nanos, TimeUnit.NANOSECONDS);
      } catch (TimeoutException unfinished) {
        return workers.remove(task) ? CROWDED : task.get(2 * nanos, TimeUnit.NANOSECONDS);
      }
    } catch (TimeoutException stuck) {
      return STUCK;
    } catch (CancellationException closed) {
      return CROWDED;
    } catch (ExecutionException bug) {
      throw new IllegalStateException("decoding broke", bug.getCause());
    }
  }
}
