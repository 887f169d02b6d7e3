package dev.sluice.config;

import dev.sluice.backtest.Callers;
import dev.sluice.backtest.Drift;
import dev.sluice.backtest.Effect;
import dev.sluice.backtest.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What a backtest is asked for.
///
/// @param effect a canary of one's own instead of the usual ones
/// @param horizon of a run; the plan's deadline where it is not given
/// @param p99 of the preset `thresholds`
/// @param windows a file to play instead of invented traffic
/// @param maxFalseRollbacks more of them fail the command
/// @param maxWrongPromotions more of them fail the command
record BacktestOptions(
    List<String> presets,
    Traffic traffic,
    Optional<Effect> effect,
    int runs,
    Optional<Duration> horizon,
    long seed,
    Duration p99,
    Optional<Path> windows,
    Form form,
    Voice voice,
    int threads,
    OptionalDouble maxFalseRollbacks,
    OptionalDouble maxWrongPromotions) {

  /// How results are printed.
  enum Form {
    TEXT,
    JSON
  }

  /// Whether progress is told.
  enum Voice {
    TELLING,
    QUIET
  }

  /// The names of all presets.
  static final List<String> PRESETS =
      List.of(
          "canary", "cautious", "fast", "ab-test", "latency-check", "error-ceiling", "thresholds");

  /// What the command line says.
  ///
  /// @throws WrongUse with one line
  static BacktestOptions of(List<String> arguments) throws WrongUse {
    BacktestArguments given = BacktestArguments.of(arguments);
    try {
      Traffic traffic = traffic(given);
      return new BacktestOptions(
          presets(given.text("--preset", "canary")),
          traffic,
          given.effect("--effect"),
          given.whole("--runs", 2_000, 1_000_000),
          given.optional("--hours").map(hours -> given.hours("--hours", hours)),
          given.number("--seed", 1),
          given.optional("--p99").isPresent()
              ? nanos(given.micros("--p99", 0))
              : nanos(traffic.latency().medianMicros() * 5),
          given.optional("--windows").map(Path::of),
          given.text("--output", "text").equals("json") ? Form.JSON : Form.TEXT,
          given.quiet() ? Voice.QUIET : Voice.TELLING,
          given.whole("--threads", Runtime.getRuntime().availableProcessors(), 256),
          given.part("--max-false-rollbacks"),
          given.part("--max-wrong-promotions"));
    } catch (IllegalArgumentException outOfRange) {
      throw new WrongUse(String.valueOf(outOfRange.getMessage()));
    }
  }

  private static Duration nanos(double micros) {
    return Duration.ofNanos(Math.round(micros * 1e3));
  }

  private static List<String> presets(String name) {
    if (name.equals("all")) {
      return PRESETS;
    }
    if (!PRESETS.contains(name)) {
      throw new IllegalArgumentException(
          "--preset must be all, " + String.join(", ", PRESETS) + ": " + name);
    }
    return List.of(name);
  }

  private static Traffic traffic(BacktestArguments given) {
    var drift = new Drift(given.part("--drift").orElse(0.5));
    return new Traffic(
        given.perMinute("--rate", 600),
        drift,
        given.part("--errors").orElse(0.005),
        drift,
        new Traffic.Latency(
            given.micros("--latency", 20_000),
            given.decimal("--latency-sigma", 0.4),
            new Drift(given.part("--latency-drift").orElse(0))),
        callers(given.text("--callers", "none"), given.decimal("--icc", 0)),
        Optional.of(new Traffic.Score(BacktestPlans.SCORE, given.part("--score").orElse(0.3))));
  }

  private static Callers callers(String text, double correlation) {
    var alike = new Callers.Alike(correlation);
    String[] parts = text.split(":", -1);
    if (parts.length == 1 && parts[0].equals("none")) {
      if (correlation > 0) {
        throw new IllegalArgumentException("--icc needs callers: --callers fixed:2000 or new:5");
      }
      return new Callers.Unknown();
    }
    if (parts.length == 2 && parts[0].equals("fixed") && parts[1].matches("[0-9]{1,7}")) {
      return new Callers.Fixed(Integer.parseInt(parts[1]), alike);
    }
    if (parts.length == 2 && parts[0].equals("new") && parts[1].matches("[0-9]{1,5}(\\.[0-9]+)?")) {
      return new Callers.Passing(Double.parseDouble(parts[1]), alike);
    }
    throw new IllegalArgumentException("--callers must be none, fixed:2000 or new:5: " + text);
  }

  /// The command line cannot be understood; the message is one line.
  static final class WrongUse extends Exception {
    private static final long serialVersionUID = 1L;

    WrongUse(String message) {
      super(message);
    }
  }
}
