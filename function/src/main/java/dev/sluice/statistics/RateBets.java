package dev.sluice.statistics;

import java.util.function.DoublePredicate;

/// A way to bet on the rate of one arm alone against a bound.
///
/// The question: is the rate above (or below) `p0`? The idea: bet on rates whose log odds lie
/// `d = 0.05 k`, `k = 1..70`, to that side. With `X` events in `N` units the bet on `p1` multiplies
/// wealth by `(p1/p0)^X ((1-p1)/(1-p0))^(N-X)`; for an outcome `y` within 0..1 convexity gives
/// `a^y b^(1-y) <= y a + (1-y) b`, whose mean is at most 1 while the mean of `y` is within the
/// null, so units may drift and outcomes may be fractions. Weights fall off by `e` for each `scale`
/// of `d`. Immutable.
final class RateBets {
  private static final double SPACING = 0.05;
  private static final int REACH = 70;
  private static final double FARTHEST = 27.6;
  private static final int BISECTIONS = 100;

  private final double[] logWeights;
  private final double[] event = new double[REACH];
  private final double[] noEvent = new double[REACH];

  private RateBets(double z0, Side side, double[] logWeights) {
    this.logWeights = logWeights;
    for (int k = 0; k < REACH; k++) {
      double z = z0 + side.sign() * SPACING * (k + 1);
      event[k] = logistic(z) - logistic(z0);
      noEvent[k] = logistic(-z) - logistic(-z0);
    }
  }

  private static double[] falling(double scale) {
    double[] logWeights = new double[REACH];
    for (int k = 0; k < REACH; k++) {
      logWeights[k] = -SPACING * (k + 1) / scale;
    }
    Bets.normalise(logWeights);
    return logWeights;
  }

  /// Bets that the rate is above this.
  static RateBets above(double p0, double scale) {
    return new RateBets(logOdds(p0), Side.ABOVE, falling(scale));
  }

  /// Bets that the rate is below this; half of the weight is on "hardly any events".
  static RateBets below(double p0, double scale) {
    return new RateBets(logOdds(p0), Side.BELOW, Bets.halved(falling(scale), REACH - 1));
  }

  /// The log of the wealth.
  double logE(Counts counts, double phi) {
    double events = counts.events();
    double rest = counts.units() - events;
    double[] logWealth = new double[REACH];
    for (int k = 0; k < REACH; k++) {
      logWealth[k] = logWeights[k] + (events * event[k] + rest * noEvent[k]) / phi;
    }
    return LogSum.of(logWealth);
  }

  /// The rates that are not contradicted at level `1 - gamma`, by bisection on the log odds; the
  /// rejected end of the last bracket is given, so that rounding never makes it too narrow.
  static Interval interval(Counts counts, double scale, double phi, double gamma) {
    if (counts.units() == 0) {
      return Interval.of(0, 1);
    }
    double[] weights = falling(scale);
    double barrier = Math.log(2 / gamma);
    return Interval.of(
        counts.events() == 0
            ? 0
            : bound(counts, z -> logE(counts, Side.ABOVE, z, weights, phi) >= barrier, -FARTHEST),
        counts.events() == counts.units()
            ? 1
            : bound(counts, z -> logE(counts, Side.BELOW, z, weights, phi) >= barrier, FARTHEST));
  }

  private static double logE(Counts counts, Side side, double z, double[] weights, double phi) {
    return new RateBets(z, side, weights).logE(counts, phi);
  }

  private static double bound(Counts counts, DoublePredicate rejected, double farthest) {
    if (!rejected.test(farthest)) {
      return farthest < 0 ? 0 : 1;
    }
    double kept = Math.clamp(logOdds(counts.rate()), -FARTHEST, FARTHEST);
    double out = farthest;
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = 0.5 * (kept + out);
      if (rejected.test(middle)) {
        out = middle;
      } else {
        kept = middle;
      }
    }
    return 1 / (1 + Math.exp(-out));
  }

  private static double logOdds(double p) {
    return Math.log(p) - Math.log1p(-p);
  }

  private static double logistic(double z) {
    return z >= 0 ? -Math.log1p(Math.exp(-z)) : z - Math.log1p(Math.exp(z));
  }
}
