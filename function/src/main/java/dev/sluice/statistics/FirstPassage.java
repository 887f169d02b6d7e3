package dev.sluice.statistics;

import java.util.OptionalDouble;

/// How soon evidence reaches its barrier.
///
/// Per observation the log of the evidence grows by `g` on average, with variance `v`. Seen from
/// afar that is a Brownian motion with drift, whose first passage through the barrier `c` has the
/// inverse Gaussian distribution (Schrödinger 1915; Folks and Chhikara 1978):
///
///     P(decided within n) = Phi((g n - c) / sqrt(v n))
///                           + exp(2 g c / v) Phi(-(g n + c) / sqrt(v n))
///
/// The barrier is `ln(1/alpha) + cost`: a mixture of bets pays for not knowing the effect
/// beforehand.
///
/// For counts with base rate `p`, canary share `s` and rates whose ratio is `rho` while `r0` is to
/// be disproven, `q0 = s r0 / (1-s+s r0)` and `q1 = s rho / (1-s+s rho)` are the chances that an
/// event falls on the canary, and with `a = ln(q1/q0)`, `b = ln((1-q1)/(1-q0))`
///
///     g = p (s rho a + (1-s) b)       v = p (s rho a^2 + (1-s) b^2)
///
/// For a rate alone against the bound `p0`, `a = ln(p/p0)` and `b = ln((1-p)/(1-p0))`,
///
///     g = p a + (1-p) b               v = p (1-p) (a-b)^2
///
/// @param drift `g`, for each observation
/// @param variance `v`, for each observation
/// @param barrier `c`, a natural log
public record FirstPassage(double drift, double variance, double barrier) {
  /// What a mixture over ratios costs, next to the bet on the true one.
  public static final double RATIO_COST = 1.0;

  /// The same for the narrower grid of latency quantiles, which has no bet on "no change".
  public static final double QUANTILE_COST = 1.5;

  private static final double LONGEST = Math.log(1e18);
  private static final int HALVINGS = 200;

  /// The barrier of a verdict at a level.
  public static double barrier(double alpha, double cost) {
    return -Math.log(alpha) + cost;
  }

  /// For counts of two arms; the observations are requests of both.
  ///
  /// @param rate `p`: events per request of stable
  /// @param share `s`: of the canary, a fraction
  /// @param ratio `rho`: the canary's rate over stable's, as it is assumed to be
  /// @param nullRatio `r0`: the ratio that is to be disproven
  public static FirstPassage ofRatio(
      double rate, double share, double ratio, double nullRatio, double barrier) {
    double q0 = share * nullRatio / (1 - share + share * nullRatio);
    double q1 = share * ratio / (1 - share + share * ratio);
    double b = Math.log((1 - q1) / (1 - q0));
    double onStable = 1 - share;
    if (ratio == 0) {
      return new FirstPassage(rate * onStable * b, rate * onStable * b * b, barrier);
    }
    double a = Math.log(q1 / q0);
    double onCanary = share * ratio;
    return new FirstPassage(
        rate * (onCanary * a + onStable * b),
        rate * (onCanary * a * a + onStable * b * b),
        barrier);
  }

  /// For a rate against a bound; the observations are canary requests.
  ///
  /// @param rate `p`: as it is assumed to be
  /// @param bound `p0`: the rate that is to be disproven
  public static FirstPassage ofRate(double rate, double bound, double barrier) {
    double a = Math.log(rate / bound);
    double b = Math.log((1 - rate) / (1 - bound));
    return new FirstPassage(
        rate * a + (1 - rate) * b, rate * (1 - rate) * (a - b) * (a - b), barrier);
  }

  /// The chance that it is decided within so many observations.
  public double decidedWithin(double n) {
    if (never() || !(n > 0)) {
      return 0;
    }
    double spread = Math.sqrt(variance * n);
    double reflected = Math.exp(Math.min(700, 2 * drift * barrier / variance));
    return Math.min(
        1,
        Normal.below((drift * n - barrier) / spread)
            + reflected * Normal.below(-(drift * n + barrier) / spread));
  }

  /// The observations after which it is decided with this chance; empty when it never is, because
  /// what is assumed to be true does not contradict what is to be disproven.
  public OptionalDouble plan(double power) {
    if (!(power > 0 && power < 1)) {
      throw new IllegalArgumentException("power must be within 0..1, both excluded: " + power);
    }
    if (never()) {
      return OptionalDouble.empty();
    }
    double low = 0;
    double high = LONGEST;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (decidedWithin(Math.exp(middle)) >= power) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return OptionalDouble.of(Math.exp(high));
  }

  private boolean never() {
    return !(drift > 0 && variance > 0);
  }
}
