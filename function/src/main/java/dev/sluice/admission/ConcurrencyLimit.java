package dev.sluice.admission;

import dev.sluice.admission.Admission.Admitted;
import dev.sluice.admission.Admission.Rejected;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// How many requests of one model may be in flight, waiting or running.
///
/// With `m` slots and a slot time of `s` for a request the model answers at most `m / s` requests a
/// second. By Little's law (L = λ · W) requests that leave at that rate after a stay of `W` are
/// `W · m / s` in number; more of them in flight do not leave faster, they only stay longer. We aim
/// at a stay of half the usual deadline `D`, which leaves the other half for a hiccup:
///
///     bound = clamp(m · (D / 2) / s, min, max)
///
/// and, since a request may have less time left than `D`, one that comes upon `n` others is also
/// refused when it would not be ready in time:
///
///     wait + s > time left,     wait = max(0, n - m + 1) · s / m
///
/// A request that comes upon nobody is let in whatever `s` says: otherwise a mean that one stall
/// has driven above the deadline would refuse everything and never be measured again.
///
/// `s` is an exponentially weighted mean over what was observed, each observation with the weight
/// 1/16; it starts from the measurement at load time. It is *slot* time, without waiting in a
/// queue; of requests that ran as one batch each has its part. (With the waiting in it, a queue
/// would lower the bound and the bound the queue, and the two would swing.)
///
/// Lock-free: one counter and one mean, each changed by compare-and-set.
public final class ConcurrencyLimit implements Limit {
  private static final int MEMORY = 16;
  private static final Duration SHORTEST_RETRY = Duration.ofSeconds(1);

  private final Bounds bounds;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicLong serviceNanos;

  /// What does not change while the process runs.
  ///
  /// @param slots requests or batches that run at once
  /// @param deadline the usual time a caller waits
  /// @param min lower end of the bound
  /// @param max upper end of the bound
  public record Bounds(int slots, Duration deadline, int min, int max) {
    public Bounds {
      if (slots < 1 || min < 1 || max < min) {
        throw new IllegalArgumentException(
            "slots and min must be positive and max at least min: "
                + slots
                + ", "
                + min
                + ", "
                + max);
      }
      if (deadline.isNegative() || deadline.isZero()) {
        throw new IllegalArgumentException("deadline must be positive: " + deadline);
      }
    }
  }

  /// A limit with nobody in flight.
  ///
  /// @param service slot time of one request as measured when the model was loaded
  public ConcurrencyLimit(Bounds bounds, Duration service) {
    this.bounds = bounds;
    this.serviceNanos = new AtomicLong(Math.max(1, service.toNanos()));
  }

  @Override
  public Admission tryAcquire(Arrival arrival, long nowNanos) {
    double service = serviceNanos.get();
    int bound = bound();
    double left = arrival.deadlineAtNanos() - nowNanos;
    while (true) {
      int others = inFlight.get();
      double finish = waitNanos(others, service) + service;
      if (others >= bound || (others > 0 && finish > left)) {
        int room = Math.max(1, others - bound + 1);
        return refusal(Math.max(room * service / bounds.slots(), finish - left));
      }
      if (inFlight.compareAndSet(others, others + 1)) {
        return new Admitted(new Place(this, new AtomicBoolean()));
      }
    }
  }

  private double waitNanos(int others, double service) {
    return Math.max(0, others - bounds.slots() + 1) * service / bounds.slots();
  }

  private static Admission refusal(double nanosUntilRoom) {
    Duration until = Duration.ofNanos((long) nanosUntilRoom);
    return new Rejected(
        Reason.OVERLOAD,
        Optional.empty(),
        until.compareTo(SHORTEST_RETRY) < 0 ? SHORTEST_RETRY : until);
  }

  /// Takes into the mean for how long one request has occupied a slot.
  public void observed(long slotNanos) {
    long sample = Math.max(1, slotNanos);
    serviceNanos.accumulateAndGet(sample, (mean, latest) -> mean + (latest - mean) / MEMORY);
  }

  public int inFlight() {
    return inFlight.get();
  }

  /// How many may be in flight at the present mean.
  public int bound() {
    double target = bounds.slots() * (bounds.deadline().toNanos() / 2.0) / serviceNanos.get();
    return (int) Math.max(bounds.min(), Math.min(bounds.max(), target));
  }

  /// The mean slot time of a request.
  public Duration service() {
    return Duration.ofNanos(serviceNanos.get());
  }

  /// Whether there is room for work that nobody waits for. Asked by a request in flight: besides
  /// it, less than half of the slots' worth is.
  public boolean hasSpareRoom() {
    return 2 * (inFlight.get() - 1) < bounds.slots();
  }

  private record Place(ConcurrencyLimit limit, AtomicBoolean left) implements Permit {
    @Override
    public void close() {
      if (left.compareAndSet(false, true)) {
        limit.inFlight.decrementAndGet();
      }
    }
  }
}
