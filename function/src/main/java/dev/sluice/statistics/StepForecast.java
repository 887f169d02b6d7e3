package dev.sluice.statistics;

import java.util.OptionalDouble;

/// How many more canary requests a guard needs until it proves the next share safe, if the canary
/// is like stable.
///
/// `won` is the evidence that it has already. It lowers the barrier of a [FirstPassage], but never
/// raises it: evidence against safety is forgotten by the better bets of a mixture.
///
/// @param share of the canary from now on, a fraction
/// @param alpha chance to call a canary safe that is not
/// @param power chance that it takes no longer; 0.5: the median
/// @param won the evidence of safety at the next share now, a natural log
public record StepForecast(double share, double alpha, double power, double won) {

  /// For a ratio guard whose requests are independent.
  ///
  /// @param margin what is to be disproven for the next share
  /// @param rate `p`: events per request
  public OptionalDouble ratio(Margin.Ratio margin, double rate) {
    return ratio(margin, rate, 1, 1);
  }

  /// For a ratio guard: either the ratio is proven, or the rate is proven to be below the floor,
  /// whichever is sooner. Both at once cost a factor of two in evidence.
  ///
  /// @param margin what is to be disproven for the next share
  /// @param rate `p`: events per request
  /// @param phi dispersion of the events; 1: requests are independent
  /// @param phiFloor dispersion of the proof by the floor
  public OptionalDouble ratio(Margin.Ratio margin, double rate, double phi, double phiFloor) {
    if (proven()) {
      return OptionalDouble.of(0);
    }
    double floor = margin.floor();
    double barrier = barrier(FirstPassage.RATIO_COST) + (floor > 0 ? Math.log(2) : 0);
    OptionalDouble byRatio =
        times(
            share * phi, FirstPassage.ofRatio(rate, share, 1, margin.ratio(), barrier).plan(power));
    OptionalDouble byFloor =
        rate < floor
            ? times(phiFloor, FirstPassage.ofRate(rate, floor, barrier).plan(power))
            : OptionalDouble.empty();
    return sooner(byRatio, byFloor);
  }

  /// For a latency quantile: an outcome of stable counts 1 between the limits of the two arms, and
  /// `s` above both, which is the canary's tail held against `1/s` times stable's. With `m = 1 -
  /// lambda + s lambda` that is a ratio guard with base rate `(1-q) m` and ratio `lambda/m`.
  ///
  /// @param nextShare `s`: a fraction
  /// @param quantile `q`: 0.95 for the p95
  /// @param lambda of stable's values above its own limit, the part that is also above the canary's
  public OptionalDouble quantile(double nextShare, double quantile, double lambda) {
    if (proven()) {
      return OptionalDouble.of(0);
    }
    double m = 1 - lambda + nextShare * lambda;
    double barrier = barrier(FirstPassage.QUANTILE_COST);
    return times(
        share,
        FirstPassage.ofRatio((1 - quantile) * m, share, lambda / m, 1 / nextShare, barrier)
            .plan(power));
  }

  private boolean proven() {
    return won >= -Math.log(alpha);
  }

  private double barrier(double cost) {
    return FirstPassage.barrier(alpha, cost) - Math.max(0, won);
  }

  /// So many times a plan, where there is one.
  static OptionalDouble times(double factor, OptionalDouble plan) {
    return plan.isPresent() ? OptionalDouble.of(factor * plan.getAsDouble()) : plan;
  }

  private static OptionalDouble sooner(OptionalDouble one, OptionalDouble other) {
    if (one.isEmpty()) {
      return other;
    }
    if (other.isEmpty()) {
      return one;
    }
    return OptionalDouble.of(Math.min(one.getAsDouble(), other.getAsDouble()));
  }
}
