package dev.sluice.batching;

import dev.sluice.inference.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;

/// Runners without threads: the test says when a turn is taken, and owns the clock. Takes turns in
/// the same order as the real one.
final class PuppetDispatcher implements Runners {
  private final int count;
  private final Turns order;
  private long nowNanos = 1_000_000_000L;
  private boolean lends = true;

  PuppetDispatcher(int count) {
    this.count = count;
    this.order = new Turns(count);
  }

  void advance(Duration time) {
    nowNanos += time.toNanos();
  }

  /// From now on no caller may run by itself, as if all runners were busy.
  void lendNothing() {
    lends = false;
  }

  /// Takes one turn; false when none is due.
  boolean turn() {
    Optional<Turns.Place> next = order.next(nowNanos);
    next.ifPresent(
        place -> {
          try {
            place.turn().run();
          } finally {
            order.ended(place);
          }
        });
    return next.isPresent();
  }

  void turns() {
    while (turn()) {
      // the next one
    }
  }

  OptionalLong nextDueNanos() {
    return order.nextDueNanos(nowNanos);
  }

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  @Override
  public long cpuNanos() {
    return nowNanos;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public void await(CountDownLatch answered, Deadline deadline) {
    throw new AssertionError("nobody waits for a puppet");
  }

  @Override
  public Lane open(Runnable turn) {
    var place = new Turns.Place(turn);
    order.add(place);
    return new PuppetLane(place);
  }

  private final class PuppetLane implements Lane {
    private final Turns.Place place;

    PuppetLane(Turns.Place place) {
      this.place = place;
    }

    @Override
    public void wake() {
      wakeAt(nowNanos);
    }

    @Override
    public void wakeAt(long nanos) {
      boolean unused = order.wake(place, nanos);
    }

    @Override
    public Permit tryPermit() {
      if (!spare()) {
        return Permit.NONE;
      }
      order.beganElsewhere(place);
      return new Permit() {
        @Override
        public boolean granted() {
          return true;
        }

        @Override
        public void close() {
          order.ended(place);
        }
      };
    }

    @Override
    public boolean spare() {
      return lends && order.spare(nowNanos);
    }

    @Override
    public void close() {
      order.remove(place);
    }
  }
}
