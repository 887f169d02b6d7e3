package dev.sluice.experiment;

import dev.sluice.statistics.MeanRule;
import dev.sluice.statistics.QuantileRule;
import dev.sluice.statistics.RateRule;
import dev.sluice.statistics.RatioRule;

/// What a guard tolerates.
public sealed interface Rule {
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
