package dev.sluice.config;

import static java.util.stream.Collectors.joining;

import dev.sluice.config.BacktestOptions.WrongUse;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Values;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Presets;
import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.MeanRule;
import java.time.Duration;
import java.util.function.Supplier;

/// The presets with what a backtest fills in.
final class BacktestPlans {
  /// The score that the success metric of `ab-test` looks at.
  static final String SCORE = "reward";

  private static final double DEMANDED = 0.01;

  private BacktestPlans() {}

  /// A preset by its name.
  ///
  /// @param p99 that `thresholds` promises
  static Plan of(String preset, Duration p99) {
    return switch (preset) {
      case "ab-test" -> Presets.abTest(success());
      case "thresholds" -> Presets.thresholds(p99);
      default ->
          Presets.named(preset)
              .orElseThrow(() -> new IllegalArgumentException("no preset: " + preset));
    };
  }

  /// What is made of a preset, where its options allow it.
  ///
  /// @throws WrongUse with one line
  static <T> T checked(String preset, Supplier<T> made) throws WrongUse {
    try {
      return made.get();
    } catch (IllegalArgumentException outOfRange) {
      String reason = String.valueOf(outOfRange.getMessage()).lines().collect(joining("; "));
      throw new WrongUse("preset " + preset + ": " + reason);
    }
  }

  /// One point more of a score is what makes a winner.
  private static Guard success() {
    return Guard.of(
        SCORE,
        new Rule.Mean(
            new Values.Score(SCORE, Values.Better.MORE), MeanRule.of(new Contrast(1, -DEMANDED))));
  }
}
