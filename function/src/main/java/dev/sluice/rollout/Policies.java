package dev.sluice.rollout;

import dev.sluice.experiment.Events;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Rule;
import dev.sluice.statistics.LatencyBuckets;
import dev.sluice.statistics.QuantileRule;
import dev.sluice.statistics.RateRule;
import dev.sluice.statistics.RatioRule;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// Guards that belong together under a name.
public final class Policies {
  private Policies() {}

  /// p95 within 10 %, errors at most half as many again.
  public static List<Guard> comparable() {
    return List.of(latency("latency_p95", 0.10), errors(RatioRule.of(1.10, 1.50, 0.001)));
  }

  /// p95 within 5 %, errors at most a quarter more, and hardly a floor.
  public static List<Guard> strict() {
    return List.of(latency("latency_p95", 0.05), errors(RatioRule.of(1.00, 1.25, 0.0001)));
  }

  /// At most one error in twenty requests of the canary; only its harm counts.
  public static List<Guard> errorCeiling() {
    return List.of(
        Guard.of("error_ceiling", new Rule.Maximum(new Events.Errors(), RateRule.of(0.05)))
            .withRole(Guard.Role.ROLLBACK_ONLY));
  }

  /// Requests above a limit: hardly more than stable's, and at most so many.
  ///
  /// @param limit rounded up to the next bound of [LatencyBuckets]
  /// @param tail the part of the requests that may be slower
  public static List<Guard> latencySlo(Duration limit, double tail) {
    Events slow = slowerThan(limit);
    return List.of(
        Guard.of("slow_ratio", new Rule.Ratio(slow, RatioRule.of(1.10, 1.25, 0.001))),
        Guard.of("slow_rate", new Rule.Maximum(slow, RateRule.of(tail))));
  }

  static Events slowerThan(Duration limit) {
    return new Events.SlowerThan(LatencyBuckets.ofMicros(limit.toNanos() / 1e3));
  }

  /// One policy and another.
  public static List<Guard> both(List<Guard> one, List<Guard> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  private static Guard latency(String name, double tolerance) {
    return Guard.of(name, new Rule.Quantile(QuantileRule.of(0.95, tolerance)));
  }

  private static Guard errors(RatioRule rule) {
    return Guard.of("error_rate", new Rule.Ratio(new Events.Errors(), rule));
  }
}
