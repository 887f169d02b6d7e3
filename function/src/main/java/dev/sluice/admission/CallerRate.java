package dev.sluice.admission;

import dev.sluice.admission.Admission.Admitted;
import dev.sluice.admission.Admission.Rejected;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A rate for each caller. A token stays spent when a later limit refuses: asking an overloaded
/// service again and again counts as asking.
public final class CallerRate implements Limit {
  private static final int CALLERS = 65_536;

  private final RatePolicy policy;
  private final CallerBuckets buckets;
  private final Admission admitted = new Admitted(() -> {});

  private CallerRate(RatePolicy policy, long nowNanos) {
    this.policy = policy;
    this.buckets = new CallerBuckets(policy, CALLERS, nowNanos);
  }

  /// The limit of a policy; one that never runs out if the policy is off.
  public static Limit of(RatePolicy policy, long nowNanos) {
    return policy.off() ? Limit.off() : new CallerRate(policy, nowNanos);
  }

  @Override
  public Admission tryAcquire(Arrival arrival, long nowNanos) {
    long wait = buckets.tryTake(arrival.caller(), nowNanos);
    return wait == TokenBucket.GRANTED
        ? admitted
        : new Rejected(Reason.RATE_LIMIT, Optional.of(policy.name()), Duration.ofNanos(wait));
  }

  @Override
  public List<Quota> quotas(Caller caller, long nowNanos) {
    return List.of(Quota.of(policy, buckets.missingNanos(caller, nowNanos)));
  }
}
