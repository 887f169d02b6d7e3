package dev.sluice.admission;

import dev.sluice.admission.Admission.Admitted;
import dev.sluice.admission.Admission.Rejected;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One bucket for all callers together. Its token is given back when a later limit refuses: it
/// bounds the work that is let in, and a single caller beyond its own rate must not use up what
/// belongs to all.
public final class GlobalRate implements Limit {
  private final RatePolicy policy;
  private final TokenBucket bucket;
  private final Admission admitted = new Admitted(() -> {});

  private GlobalRate(RatePolicy policy, long nowNanos) {
    this.policy = policy;
    this.bucket = new TokenBucket(policy, nowNanos);
  }

  /// The limit of a policy; one that never runs out if the policy is off.
  public static Limit of(RatePolicy policy, long nowNanos) {
    return policy.off() ? Limit.off() : new GlobalRate(policy, nowNanos);
  }

  @Override
  public Admission tryAcquire(Arrival arrival, long nowNanos) {
    long wait = bucket.tryTake(nowNanos);
    return wait == TokenBucket.GRANTED
        ? admitted
        : new Rejected(Reason.RATE_LIMIT, Optional.of(policy.name()), Duration.ofNanos(wait));
  }

  @Override
  public void giveBack(Arrival arrival) {
    bucket.give();
  }

  @Override
  public List<Quota> quotas(Caller caller, long nowNanos) {
    return List.of(Quota.of(policy, bucket.missingNanos(nowNanos)));
  }
}
