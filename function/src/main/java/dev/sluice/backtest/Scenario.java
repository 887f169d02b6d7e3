package dev.sluice.backtest;

import dev.sluice.experiment.Events;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Values;
import dev.sluice.rollout.Plan;
import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.LatencyBuckets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A canary that a plan is tried on.
///
/// @param words what people call it
public record Scenario(String words, Effect effect) {

  /// An equal canary, bad ones, and for each guard one that is just out of its tolerance.
  public static List<Scenario> usual(Plan plan, Traffic traffic) {
    Stream<Scenario> common =
        Stream.of(
            new Scenario("as good as stable", Effect.NONE),
            new Scenario("2x errors", Effect.errors(2)),
            new Scenario("5x errors", Effect.errors(5)),
            new Scenario("+30 % latency", Effect.latency(1.3)));
    Stream<Scenario> edges =
        plan.guards().stream()
            .filter(guard -> guard.role() == Guard.Role.PACING)
            .flatMap(
                guard ->
                    edge(guard.rule(), traffic)
                        .map(effect -> new Scenario("edge of " + guard.name(), effect))
                        .stream());
    return Stream.of(common, improvement(plan), edges).flatMap(all -> all).toList();
  }

  /// Twice the improvement that is asked for.
  private static Stream<Scenario> improvement(Plan plan) {
    return plan.guards().stream()
        .map(Guard::rule)
        .filter(Rule.Mean.class::isInstance)
        .map(Rule.Mean.class::cast)
        .filter(rule -> rule.values() instanceof Values.Score && rule.mean().safe().offset() < 0)
        .map(
            rule ->
                new Scenario(
                    "a better score", Effect.NONE.withScore(-2 * rule.mean().safe().offset())))
        .limit(1);
  }

  /// A canary exactly out of a rule's tolerance with all of the traffic; empty where that depends
  /// on the time of the day.
  static Optional<Effect> edge(Rule rule, Traffic traffic) {
    return switch (rule) {
      case Rule.Ratio(Events.Errors errors, var ratio) ->
          Optional.of(Effect.NONE.withErrors(ratio.safe(), ratio.floor()));
      case Rule.Maximum(Events.Errors errors, var rate) ->
          Optional.of(Effect.NONE.withErrors(0, rate.bound()));
      case Rule.Quantile(var quantile) ->
          Optional.of(
              Effect.latency(Math.pow(2, quantile.shift() / (double) LatencyBuckets.PER_OCTAVE)));
      case Rule.Mean(Values.LatencySeconds latency, var mean) ->
          slower(mean.safe(), traffic.latency());
      case Rule.Mean(Values.Score score, var mean) -> score(mean.safe());
      case Rule.Mean(Values.Errors errors, var mean) -> failing(mean.safe(), traffic);
      case Rule.Ratio other -> Optional.empty();
      case Rule.Maximum other -> Optional.empty();
    };
  }

  private static Optional<Effect> slower(Contrast contrast, Traffic.Latency latency) {
    if (latency.drift().amplitude() > 0 && contrast.offset() != 0) {
      return Optional.empty();
    }
    double stable = latency.meanMicros() / 1e6;
    return Optional.of(Effect.latency((contrast.factor() * stable + contrast.offset()) / stable));
  }

  private static Optional<Effect> failing(Contrast contrast, Traffic traffic) {
    if (traffic.errors() == 0 || (traffic.errorDrift().amplitude() > 0 && contrast.offset() != 0)) {
      return Optional.empty();
    }
    double canary = contrast.factor() * traffic.errors() + contrast.offset();
    return Optional.of(Effect.errors(canary / traffic.errors()));
  }

  private static Optional<Effect> score(Contrast contrast) {
    return contrast.factor() == 1
        ? Optional.of(Effect.NONE.withScore(-contrast.offset()))
        : Optional.empty();
  }
}
