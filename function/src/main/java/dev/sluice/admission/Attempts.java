package dev.sluice.admission;

import java.time.Duration;
import java.util.Optional;

/// How often a caller may be wrong: each try takes a token of the caller's bucket, and a try that
/// turns out right gives it back. So whoever guesses is slowed down, and whoever knows is not.
/// Bounded in memory as [CallerBuckets] is. Thread-safe, and never blocks.
public final class Attempts {
  private final CallerBuckets buckets;

  /// @param policy that is not off
  /// @param callers that are told apart at once
  public Attempts(RatePolicy policy, int callers, long nowNanos) {
    this.buckets = new CallerBuckets(policy, callers, nowNanos);
  }

  /// Begins a try.
  ///
  /// @return empty where it may be made, else how long until the next may
  public Optional<Duration> refusal(Caller caller, long nowNanos) {
    long wait = buckets.tryTake(caller, nowNanos);
    return wait == TokenBucket.GRANTED ? Optional.empty() : Optional.of(Duration.ofNanos(wait));
  }

  /// The try was right, and is not counted.
  public void right(Caller caller) {
    buckets.give(caller);
  }
}
