package dev.sluice.statistics;

import java.util.stream.IntStream;

/// A way to bet against one null on a profile: fixed weights on the points of one side.
///
/// Wealth is the weighted average of the likelihoods of those points, relative to the null's. A
/// bettor who starts with 1 and may not expect to win under the null ever reaches `1/alpha` with a
/// chance of at most `alpha` (Ville 1939); averaging over points is the method of mixtures (Robbins
/// 1970). Immutable.
final class Bets {
  private final int origin;
  private final int[] at;
  private final double[] logWeights;

  private Bets(int origin, int[] at, double[] logWeights) {
    this.origin = origin;
    this.at = at;
    this.logWeights = logWeights;
  }

  /// Weights that fall off by `e` for each `scale` away from the null.
  static Bets falling(Grid grid, int origin, Side side, double scale) {
    int[] at =
        IntStream.range(0, grid.size())
            .filter(j -> grid.isBet(j) && grid.lies(j, side, origin))
            .toArray();
    double[] logWeights = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      logWeights[i] = -Math.abs(grid.theta(at[i]) - grid.theta(origin)) / scale;
    }
    normalise(logWeights);
    return new Bets(origin, at, logWeights);
  }

  /// The same, with half of the weight moved to "no change at all", the usual truth of a good
  /// canary, where that is one of the bets.
  Bets withHalfOnNoChange(Grid grid) {
    int zero = grid.floor(0);
    for (int i = 0; i < at.length; i++) {
      if (at[i] == zero && Math.abs(grid.theta(zero)) <= 1e-9) {
        double[] halved = halved(logWeights, i);
        return new Bets(origin, at, halved);
      }
    }
    return this;
  }

  static void normalise(double[] logWeights) {
    double sum = LogSum.of(logWeights);
    for (int i = 0; i < logWeights.length; i++) {
      logWeights[i] -= sum;
    }
  }

  static double[] halved(double[] logWeights, int favourite) {
    double[] halved = new double[logWeights.length];
    for (int i = 0; i < halved.length; i++) {
      halved[i] = logWeights[i] - Math.log(2);
    }
    halved[favourite] = LogSum.of(halved[favourite], -Math.log(2));
    return halved;
  }

  /// The log of the wealth.
  ///
  /// @param phi dispersion, at least 1: divides what is known, as units that are alike tell less
  double logE(Doubles profile, double phi) {
    double base = profile.get(origin);
    double[] logWealth = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      logWealth[i] = logWeights[i] + (profile.get(at[i]) - base) / phi;
    }
    return LogSum.of(logWealth);
  }
}
