package dev.sluice.backtest;

import java.util.random.RandomGenerator;

/// Numbers drawn from the distributions that traffic is made of. All are exact, but for the
/// precision of a `double`.
///
/// **Binomial.** The waiting time until the next success of independent trials is geometric
/// (Devroye 1986, X.4.3), so it is enough to jump from success to success: `O(n p)` jumps, of
/// failures where they are the rarer ones. Where neither is rare, a jump costs more than the trials
/// that it skips, and the trials are made one by one.
///
/// **Beta.** Of two gamma variates `X` and `Y`, `X/(X+Y)`. Callers whose errors go together have
/// tiny shapes, with variates far below the smallest `double`; hence everything in logarithms.
/// Gamma variates by Marsaglia and Tsang (2000); shapes below 1 by their boost `X(a) = X(a+1)
/// U^(1/a)`.
final class Draws {
  private static final double RARE = 1.0 / 12;

  private Draws() {}

  /// How many of `n` independent trials succeed.
  static int binomial(RandomGenerator chance, int n, double p) {
    if (n <= 0 || p <= 0) {
      return 0;
    }
    if (p >= 1) {
      return n;
    }
    if (p > 0.5) {
      return n - binomial(chance, n, 1 - p);
    }
    return p < RARE ? jumped(chance, n, p) : tried(chance, n, p);
  }

  private static int jumped(RandomGenerator chance, int n, double p) {
    double scale = -1 / Math.log1p(-p);
    int successes = 0;
    double place = jump(chance, scale);
    while (place < n) {
      successes++;
      place += 1 + jump(chance, scale);
    }
    return successes;
  }

  // An exponential variate, rounded down, is a geometric one.
  private static double jump(RandomGenerator chance, double scale) {
    return Math.floor(chance.nextExponential() * scale);
  }

  private static int tried(RandomGenerator chance, int n, double p) {
    int successes = 0;
    for (int i = 0; i < n; i++) {
      successes += chance.nextDouble() < p ? 1 : 0;
    }
    return successes;
  }

  /// The number of trials up to the first success, which is one of them: at least 1.
  static int geometric(RandomGenerator chance, double mean) {
    return mean <= 1 ? 1 : 1 + (int) jump(chance, -1 / Math.log1p(-1 / mean));
  }

  /// The whole numbers next to a value, so often that their mean is the value.
  static int rounded(RandomGenerator chance, double value) {
    double whole = Math.floor(value);
    return (int) whole + (chance.nextDouble() < value - whole ? 1 : 0);
  }

  /// A chance of one caller, where the mean over callers is `mean` and two outcomes of one caller
  /// correlate by `alike` (0..1): Beta with `a + b = 1/alike - 1`. With 1 a caller fails always or
  /// never.
  static double beta(RandomGenerator chance, double mean, double alike) {
    if (mean <= 0 || mean >= 1 || alike <= 0) {
      return mean;
    }
    if (alike >= 1) {
      return chance.nextDouble() < mean ? 1 : 0;
    }
    double size = 1 / alike - 1;
    double x = logGamma(chance, mean * size);
    double y = logGamma(chance, (1 - mean) * size);
    return 1 / (1 + Math.exp(y - x));
  }

  private static double logGamma(RandomGenerator chance, double shape) {
    return shape < 1
        ? Math.log(gamma(chance, shape + 1)) - chance.nextExponential() / shape
        : Math.log(gamma(chance, shape));
  }

  private static double gamma(RandomGenerator chance, double shape) {
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = chance.nextGaussian();
      double v = 1 + c * x;
      double cube = v * v * v;
      if (v > 0 && -chance.nextExponential() < 0.5 * x * x + d - d * cube + d * Math.log(cube)) {
        return d * cube;
      }
    }
  }
}
