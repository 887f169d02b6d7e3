package dev.sluice.control;

import dev.sluice.batching.Runners;
import dev.sluice.inference.Deadline;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/// Runs everything on the caller's thread, in virtual time.
///
/// @param clock its nanoseconds
record InlineRunners(AtomicLong clock) implements Runners {
  @Override
  public long nowNanos() {
    return clock.get();
  }

  @Override
  public long cpuNanos() {
    return clock.get();
  }

  @Override
  public int count() {
    return 1;
  }

  @Override
  public Lane open(Runnable turn) {
    return new CallersThread();
  }

  @Override
  public void await(CountDownLatch answered, Deadline deadline) {
    throw new AssertionError("something waits for a runner");
  }

  private record CallersThread() implements Lane {
    @Override
    public void wake() {}

    @Override
    public void wakeAt(long nanos) {}

    @Override
    public Permit tryPermit() {
      return new Granted();
    }

    @Override
    public boolean spare() {
      return true;
    }

    @Override
    public void close() {}
  }

  private record Granted() implements Runners.Permit {
    @Override
    public boolean granted() {
      return true;
    }

    @Override
    public void close() {}
  }
}
