package dev.sluice.experiment;

import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.MeanRule;
import dev.sluice.statistics.QuantileRule;
import dev.sluice.statistics.RateRule;
import dev.sluice.statistics.RatioRule;

/// What a guard tolerates.
public sealed interface Rule {
  /// "At most so many percent more often than on stable": 0.5 is half as many again.
  static Rule percentage(Events events, double more) {
    return new Ratio(events, RatioRule.percentage(more));
  }

  /// "The error rate at most so much above stable's": 0.01 is one point.
  static Rule difference(double points) {
    return new Mean(new Values.Errors(), MeanRule.of(Contrast.absolute(points)));
  }

  /// "At most so often", whatever stable does: 0.05 is one in twenty.
  static Rule maximum(Events events, double bound) {
    return new Maximum(events, RateRule.of(bound));
  }

  /// "In so many cases at least not", whatever stable does: 0.99 is a success rate of 99 %.
  static Rule minimumWithout(Events events, double rate) {
    return new Maximum(events, RateRule.of(1 - rate));
  }

  /// Whether this is about what callers report of answers, which only some of them do.
  default boolean onFeedback() {
    return switch (this) {
      case Ratio(var events, var ratio) -> reported(events);
      case Maximum(var events, var rate) -> reported(events);
      case Quantile quantile -> false;
      case Mean(var values, var mean) -> reported(values);
    };
  }

  private static boolean reported(Events events) {
    return switch (events) {
      case Events.Errors errors -> false;
      case Events.SlowerThan slower -> false;
      case Events.Loss(String score) -> reported(score);
    };
  }

  private static boolean reported(Values values) {
    return switch (values) {
      case Values.LatencySeconds latency -> false;
      case Values.Errors errors -> false;
      case Values.Score(String name, var better) -> reported(name);
    };
  }

  private static boolean reported(String score) {
    return !score.equals(Page.AGREEMENT);
  }

  /// Events at most so many times as frequent as stable's.
  record Ratio(Events events, RatioRule ratio) implements Rule {}

  /// Events of the canary at most so frequent. A minimum of good ones is a maximum of bad ones.
  record Maximum(Events events, RateRule rate) implements Rule {}

  /// A quantile of latency at most so far above stable's.
  record Quantile(QuantileRule quantile) implements Rule {}

  /// A mean at most so far above stable's, or above a bound. Where more is better the values enter
  /// with their sign turned, so that more is always worse.
  record Mean(Values values, MeanRule mean) implements Rule {}
}
