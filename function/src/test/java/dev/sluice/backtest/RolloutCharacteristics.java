package dev.sluice.backtest;

import dev.sluice.rollout.Pacing;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Presets;
import dev.sluice.routing.Share;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/// Whole rollouts by the preset `canary`, from the first step to the end.
final class RolloutCharacteristics {
  private static final RandomGeneratorFactory<RandomGenerator> CHANCE =
      RandomGeneratorFactory.of("L64X128MixRandom");
  private static final List<Integer> PER_MINUTE = List.of(3000, 600);
  private static final List<Double> ERRORS = List.of(0.005, 0.001, 0.02);

  private RolloutCharacteristics() {}

  static List<String> rollouts(int runs) {
    Markdown table =
        new Markdown(
            "canary",
            "requests a minute",
            "error rate",
            "promoted",
            "rolled back",
            "minutes to the end: median (90 %)",
            "canary requests until the rollback",
            "bad answers until the rollback");
    List<Scenario> scenarios =
        List.of(
            new Scenario("equal", Effect.NONE),
            new Scenario("2 times the errors", Effect.errors(2)),
            new Scenario("5 times the errors", Effect.errors(5)),
            new Scenario("30 % slower", Effect.latency(1.3)));
    for (Scenario scenario : scenarios) {
      for (int perMinute : PER_MINUTE) {
        for (double errors : ERRORS) {
          table.row(row(scenario, traffic(perMinute, errors), runs));
        }
      }
    }
    return table.lines();
  }

  private static Traffic traffic(int perMinute, double errors) {
    return new Traffic(
        perMinute,
        Drift.NONE,
        errors,
        new Drift(0.5),
        new Traffic.Latency(20_000, 0.4, Drift.NONE),
        new Callers.Unknown(),
        Optional.empty());
  }

  private static String[] row(Scenario scenario, Traffic traffic, int runs) {
    Plan canary = Presets.canary();
    Pacing pacing = canary.pacing();
    Plan plan = canary.withPacing(pacing.withMinWindows(pacing.minWindowsPerStep(), 0));
    Backtest backtest = new Backtest(plan, Duration.ofHours(traffic.perMinute() < 1000 ? 8 : 4));
    List<Run> played =
        IntStream.range(0, runs)
            .parallel()
            .mapToObj(run -> backtest.run(traffic, scenario.effect(), CHANCE.create(9_000L + run)))
            .toList();
    Truth truth = Truth.of(plan, traffic, scenario.effect());
    Summary summary = Summary.of(scenario, truth, Share.ofPercent(1), played);
    boolean good = scenario.effect().equals(Effect.NONE);
    return new String[] {
      scenario.words(),
      String.format(Locale.ROOT, "%,.0f", traffic.perMinute()),
      Markdown.percent(traffic.errors()),
      Markdown.percent(summary.promoted().fraction()),
      Markdown.percent(summary.rolledBack().fraction()),
      spread(good ? summary.minutesToPromote() : summary.minutesToRollBack()),
      good ? "" : spread(summary.requestsToRollBack()),
      good ? "" : spread(summary.badAnswers())
    };
  }

  private static String spread(Optional<Spread> spread) {
    return spread
        .map(known -> Markdown.count(known.median()) + " (" + Markdown.count(known.ninety()) + ")")
        .orElse("");
  }
}
