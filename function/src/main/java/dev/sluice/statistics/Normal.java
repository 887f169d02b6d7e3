package dev.sluice.statistics;

import org.apache.commons.numbers.gamma.Erfc;

/// The standard normal distribution.
public final class Normal {
  private static final double LN_SQRT_2_PI = 0.5 * Math.log(2 * Math.PI);

  private Normal() {}

  /// The chance `Phi(x)` of a value up to `x`: `erfc(-x/sqrt 2) / 2`.
  public static double below(double x) {
    return 0.5 * Erfc.value(-x / Math.sqrt(2));
  }

  /// `t^2/2 + ln Phi(t)`, without the cancellation and the underflow far to the left: there
  /// `Phi(t) = exp(-t^2/2) / (-t sqrt(2 pi)) (1 - 1/t^2 + 3/t^4 - ...)` (Abramowitz and Stegun
  /// 1964, 26.2.12).
  static double logScaledBelow(double t) {
    if (t >= -30) {
      return t * t / 2 + Math.log(below(t));
    }
    double t2 = t * t;
    return -Math.log(-t) - LN_SQRT_2_PI + Math.log1p(-1 / t2 + 3 / (t2 * t2));
  }
}
