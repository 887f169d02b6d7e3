package dev.sluice.rollout;

import dev.sluice.experiment.Events;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Values;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.MeanRule;
import dev.sluice.statistics.RateRule;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Plans under a name, the same in the API, the scripts and the console.
public final class Presets {
  private Presets() {}

  /// A preset that needs nothing from its caller.
  public static Optional<Plan> named(String name) {
    return switch (name) {
      case "canary" -> Optional.of(canary());
      case "cautious" -> Optional.of(cautious());
      case "fast" -> Optional.of(fast());
      case "latency-check" -> Optional.of(latencyCheck());
      case "error-ceiling" -> Optional.of(errorCeiling());
      default -> Optional.empty();
    };
  }

  /// A new version.
  public static Plan canary() {
    return Plan.of(percents(1, 5, 25, 50), Policies.comparable());
  }

  /// Where a mistake is dear.
  public static Plan cautious() {
    return Plan.of(percents(1, 5, 10, 25, 50), Policies.strict())
        .withPromotion(Plan.Promotion.MANUAL);
  }

  /// Little traffic.
  public static Plan fast() {
    return Plan.of(percents(25, 50), Policies.comparable());
  }

  /// Choosing a winner. At the deadline it is over with its results.
  ///
  /// @param success a guard with a demanded improvement
  public static Plan abTest(Guard success) {
    if (!demandsImprovement(success.rule())) {
      throw new IllegalArgumentException(
          success.name() + " must demand an improvement, safe below 1 or a margin below 0");
    }
    return Plan.of(percents(50), Policies.both(Policies.comparable(), List.of(success)))
        .withTerms(Terms.DEFAULT.withOnTimeout(Terms.OnTimeout.COMPLETE));
  }

  /// "p95 within 10 % of stable's and a comparable error rate".
  public static Plan latencyCheck() {
    return Plan.of(percents(10), Policies.comparable()).withPromotion(Plan.Promotion.MANUAL);
  }

  /// A gradual shift by the clock.
  public static Plan errorCeiling() {
    return Plan.of(
            percents(10, 25, 50), Policies.both(Policies.errorCeiling(), Policies.comparable()))
        .withPacing(Pacing.of(Pacing.Pace.TIME));
  }

  /// Absolute promises, whatever stable does.
  ///
  /// @param p99 latency that 99 of 100 requests stay below
  public static Plan thresholds(Duration p99) {
    List<Guard> guards =
        List.of(
            Guard.of("error_rate", new Rule.Maximum(new Events.Errors(), RateRule.of(0.01))),
            Guard.of(
                "latency_mean", new Rule.Mean(new Values.LatencySeconds(), MeanRule.bound(1.0))),
            Guard.of("latency_p99", new Rule.Maximum(Policies.slowerThan(p99), RateRule.of(0.01))));
    Plan.Step step = Plan.Step.of(Share.ofPercent(10)).withMinTime(Duration.ofMinutes(30));
    return Plan.of(List.of(step), guards)
        .withPacing(Pacing.of(Pacing.Pace.TIME))
        .withPromotion(Plan.Promotion.MANUAL);
  }

  private static boolean demandsImprovement(Rule rule) {
    return switch (rule) {
      case Rule.Ratio(var events, var ratio) -> ratio.safe() < 1;
      case Rule.Mean(var values, var mean) -> improves(mean.safe());
      case Rule.Maximum maximum -> false;
      case Rule.Quantile quantile -> false;
    };
  }

  private static boolean improves(Contrast contrast) {
    return contrast.factor() > 0 && (contrast.factor() < 1 || contrast.offset() < 0);
  }

  private static List<Plan.Step> percents(double... percents) {
    return Arrays.stream(percents).mapToObj(Plan.Step::percent).toList();
  }
}
