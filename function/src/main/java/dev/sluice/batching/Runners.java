package dev.sluice.batching;

import dev.sluice.inference.Deadline;
import java.util.concurrent.CountDownLatch;

/// Where batches run, and the clock they run by. [Dispatcher] is the one for real.
public interface Runners {
  /// The clock of `System.nanoTime()`.
  long nowNanos();

  /// Processor time of the calling thread so far, which what others do meanwhile adds nothing to;
  /// always 0 on a virtual one, for which nobody counts.
  long cpuNanos();

  /// How many runs may be under way at once, of all versions together.
  int count();

  /// Takes a version into the order of turns.
  ///
  /// @param turn does one piece of the version's work, on a runner's thread; is called once or more
  ///     after each wake, by several runners at once, and may find nothing left to do
  Lane open(Runnable turn);

  /// Blocks the calling thread until the latch is down or the deadline has passed.
  void await(CountDownLatch answered, Deadline deadline) throws InterruptedException;

  /// One version's place in the order of turns. Thread-safe.
  interface Lane extends AutoCloseable {
    /// There is work now.
    void wake();

    /// There will be work then; an earlier moment that was asked for stays.
    void wakeAt(long nanos);

    /// A permit to run on the calling thread in place of a runner, if one is free and no version
    /// waits for it.
    Permit tryPermit();

    /// Whether a runner is free and no version waits for it.
    boolean spare();

    /// No more turns.
    @Override
    void close();
  }

  /// The right to run, held until closed.
  interface Permit extends AutoCloseable {
    Permit NONE =
        new Permit() {
          @Override
          public boolean granted() {
            return false;
          }

          @Override
          public void close() {}
        };

    boolean granted();

    @Override
    void close();
  }
}
