package dev.sluice.statistics;

import java.util.List;

/// When a quantile of the canary's latency is too far above stable's.
///
/// One tolerance serves both verdicts: proven more than that worse is harmful, proven less is safe.
///
/// @param quantile 0.95 is the latency that 95 of 100 requests stay below
/// @param tolerance 0.1 tolerates ten percent; snapped down to bucket bounds, see [#shift()]
/// @param historyCap how many of stable's past latencies decide where its quantile is; more are
///     halved, so that old ones fade
/// @param ladder the shifts, in buckets, whose evidence gives the interval of the ratio
public record QuantileRule(
    double quantile, double tolerance, double historyCap, List<Integer> ladder, Units units) {

  private static final double DEFAULT_HISTORY = 20_000;
  private static final List<Integer> DEFAULT_LADDER = List.of(-4, -2, 0, 1, 2, 3, 4, 6, 8, 12);

  public QuantileRule {
    if (!(quantile > 0 && quantile < 1)) {
      throw new IllegalArgumentException("quantile must be within 0..1: " + quantile);
    }
    if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
      throw new IllegalArgumentException("tolerance must not be negative: " + tolerance);
    }
    if (!(historyCap > 0)) {
      throw new IllegalArgumentException("historyCap must be above 0: " + historyCap);
    }
    ladder = List.copyOf(ladder);
  }

  public static QuantileRule of(double quantile, double tolerance) {
    return new QuantileRule(quantile, tolerance, DEFAULT_HISTORY, DEFAULT_LADDER, Units.AUTO);
  }

  public QuantileRule withUnits(Units kind) {
    return new QuantileRule(quantile, tolerance, historyCap, ladder, kind);
  }

  /// The largest quantile that stable's past can tell: ten latencies must lie above it, also right
  /// after the past was halved.
  public double largestQuantile() {
    return 1 - 2 * LatencyPast.MIN_TAIL / historyCap;
  }

  /// The tolerance in buckets, the next lower one.
  public int shift() {
    double buckets = LatencyBuckets.PER_OCTAVE * Math.log(1 + tolerance) / Math.log(2);
    return (int) Math.floor(buckets + 1e-9);
  }

  /// The tolerance that is really used: 10 % becomes 9.05 %.
  public double effectiveTolerance() {
    return Math.pow(2, shift() / (double) LatencyBuckets.PER_OCTAVE) - 1;
  }
}
