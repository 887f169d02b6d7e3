package dev.sluice.backtest;

import dev.sluice.experiment.Events;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Values;
import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.LatencyBuckets;
import dev.sluice.statistics.Margin;
import dev.sluice.statistics.MeanRule;
import dev.sluice.statistics.Normal;
import dev.sluice.statistics.QuantileRule;
import dev.sluice.statistics.RatioRule;
import java.util.List;
import java.util.stream.Stream;

/// One rule and the truth of both versions, at the extremes of the day.
sealed interface Tolerance {
  /// What the simulator's arithmetic may lose.
  double ROUNDING = 1e-9;

  /// Whether the rule is broken at no time.
  boolean harmless();

  /// Whether the whole service is out of tolerance at every time, with this share on the canary.
  boolean exceededWith(double share);

  static Tolerance of(Rule rule, Traffic traffic, Effect effect) {
    return switch (rule) {
      case Rule.Ratio(var events, var ratio) -> new OfRates(ratio, rates(events, traffic, effect));
      case Rule.Maximum(var events, var rate) ->
          new OfBound(rate.bound(), rates(events, traffic, effect));
      case Rule.Quantile(var quantile) ->
          new OfTail(quantile, traffic.latency().sigma(), effect.latencyFactor());
      case Rule.Mean(var values, var mean) -> new OfMeans(mean, means(values, traffic, effect));
    };
  }

  /// Of stable and of the canary, at one time.
  record Pair(double stable, double canary) {}

  /// Rates of events against each other.
  record OfRates(RatioRule rule, List<Pair> rates) implements Tolerance {
    @Override
    public boolean harmless() {
      return rates.stream()
          .allMatch(
              rate ->
                  rate.canary() <= Math.max(rule.harm() * rate.stable(), rule.floor()) + ROUNDING);
    }

    @Override
    public boolean exceededWith(double share) {
      Margin.Ratio margin = rule.margin(share);
      return rates.stream()
          .allMatch(
              rate ->
                  rate.canary()
                      >= Math.max(margin.ratio() * rate.stable(), margin.floor()) - ROUNDING);
    }
  }

  /// Rates of the canary against a bound, which no share stretches.
  record OfBound(double bound, List<Pair> rates) implements Tolerance {
    @Override
    public boolean harmless() {
      return rates.stream().allMatch(rate -> rate.canary() <= bound + ROUNDING);
    }

    @Override
    public boolean exceededWith(double share) {
      return rates.stream().allMatch(rate -> rate.canary() >= bound - ROUNDING);
    }
  }

  /// Lognormal latencies. With `L` the quantile of stable and `c` the tolerance, the tail of stable
  /// above `c L` and that of the canary, slower by `f`, are those of a Gaussian above `z + ln c /
  /// sigma` and `z + ln(c/f) / sigma`.
  record OfTail(QuantileRule rule, double sigma, double factor) implements Tolerance {
    private double slack() {
      return Math.pow(2, rule.shift() / (double) LatencyBuckets.PER_OCTAVE);
    }

    @Override
    public boolean harmless() {
      return factor <= slack() * (1 + ROUNDING);
    }

    @Override
    public boolean exceededWith(double share) {
      if (share == 1 || sigma == 0) {
        return factor >= slack() * (1 - ROUNDING);
      }
      double z = quantile(rule.quantile());
      double over = 1 - Normal.below(z + Math.log(slack()) / sigma);
      double canaryOver = 1 - Normal.below(z + Math.log(slack() / factor) / sigma);
      return (1 - share) * over + share * canaryOver >= 1 - rule.quantile() - ROUNDING;
    }

    private static double quantile(double part) {
      double low = -10;
      double high = 10;
      for (int i = 0; i < 80; i++) {
        double middle = (low + high) / 2;
        if (Normal.below(middle) < part) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }

  /// Means, more being worse.
  record OfMeans(MeanRule rule, List<Pair> means) implements Tolerance {
    @Override
    public boolean harmless() {
      return means.stream().allMatch(mean -> mean.canary() <= at(rule.harm(), mean) + ROUNDING);
    }

    @Override
    public boolean exceededWith(double share) {
      Contrast contrast = rule.safe().factor() == 0 ? rule.safe() : rule.safe().forShare(share);
      return means.stream().allMatch(mean -> mean.canary() >= at(contrast, mean) - ROUNDING);
    }

    private static double at(Contrast contrast, Pair mean) {
      return contrast.factor() * mean.stable() + contrast.offset();
    }
  }

  private static List<Pair> rates(Events events, Traffic traffic, Effect effect) {
    return switch (events) {
      case Events.Errors errors ->
          extremes(traffic.errorDrift())
              .map(drift -> Math.min(1, traffic.errors() * drift))
              .map(rate -> new Pair(rate, effect.failing(rate)))
              .toList();
      case Events.SlowerThan(int bucket) -> {
        double limit = LatencyBuckets.upperMicros(bucket);
        yield extremes(traffic.latency().drift())
            .map(
                drift ->
                    new Pair(
                        slower(traffic, drift, limit),
                        slower(traffic, drift * effect.latencyFactor(), limit)))
            .toList();
      }
      case Events.Loss loss -> {
        Pair score = score(traffic, effect);
        yield List.of(new Pair(1 - score.stable(), 1 - score.canary()));
      }
    };
  }

  private static double slower(Traffic traffic, double factor, double limitMicros) {
    Traffic.Latency latency = traffic.latency();
    double distance = Math.log(limitMicros / (latency.medianMicros() * factor));
    return latency.sigma() == 0
        ? (distance < 0 ? 1 : 0)
        : 1 - Normal.below(distance / latency.sigma());
  }

  private static List<Pair> means(Values values, Traffic traffic, Effect effect) {
    return switch (values) {
      case Values.LatencySeconds latency ->
          extremes(traffic.latency().drift())
              .map(drift -> traffic.latency().meanMicros() * drift / 1e6)
              .map(mean -> new Pair(mean, mean * effect.latencyFactor()))
              .toList();
      case Values.Errors errors -> rates(new Events.Errors(), traffic, effect);
      case Values.Score(String name, Values.Better better) -> {
        Pair score = score(traffic, effect);
        yield switch (better) {
          case LESS -> List.of(score);
          case MORE -> List.of(new Pair(-score.stable(), -score.canary()));
        };
      }
    };
  }

  private static Pair score(Traffic traffic, Effect effect) {
    double stable = traffic.score().map(Traffic.Score::mean).orElse(0.0);
    return new Pair(stable, Math.clamp(stable + effect.scoreDifference(), 0.0, 1.0));
  }

  private static Stream<Double> extremes(Drift drift) {
    return Stream.of(drift.least(), 1.0, drift.most());
  }
}
