package dev.sluice.statistics;

/// Bets on the drift of a sum of nearly normal differences, spread over all sizes of the drift.
///
/// `S` is a sum of differences that is expected to be at most 0 when there is nothing to find, `V`
/// the sum of their variances. A bet on the drift `x` per unit of variance is worth `exp(x S - x^2
/// V/2)`, whose expectation is at most 1. Nobody knows `x`, so it is spread over a half-normal
/// distribution, `x > 0` with variance `1/rho`, which integrates to
///
///     E = 2 sqrt(rho / (V+rho)) exp(t^2/2) Phi(t),    t = S / sqrt(V+rho)
///
/// (Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon 2021, one-sided normal mixture). Spread over
/// both signs, it gives the interval at level `1-gamma` for the drift, at every time together
/// (same, Proposition 5, two-sided):
///
///     |S - drift| < sqrt((V+rho) (ln((V+rho)/rho) + 2 ln(1/gamma)))
///
/// With estimated variances all of it is asymptotic (Waudby-Smith, Arbour, Sinha, Kennedy and
/// Ramdas 2024).
///
/// @param rho where the bets look: the evidence is best at a `V` of a few times `rho`
record NormalMixture(double rho) {
  NormalMixture {
    if (!(rho > 0 && Double.isFinite(rho))) {
      throw new IllegalArgumentException("rho must be above 0: " + rho);
    }
  }

  /// The natural log of the evidence that the differences are above 0.
  double logHalfNormal(double s, double v) {
    double t = s / Math.sqrt(v + rho);
    return Math.log(2) + 0.5 * (Math.log(rho) - Math.log(v + rho)) + Normal.logScaledBelow(t);
  }

  /// Half the width of the interval around `S`.
  double radius(double v, double gamma) {
    return Math.sqrt((v + rho) * (Math.log((v + rho) / rho) - 2 * Math.log(gamma)));
  }
}
