package dev.sluice.statistics;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/// Whether the arms get the share of callers that was configured.
///
/// If not, one arm loses callers, or attracts them, and no comparison means what it says. Counted
/// are new assignments: sticky callers once, when they are assigned; requests where each is routed
/// anew.
///
/// The odds of the canary in a window are `w : 1-w`. The suspicion is that they are multiplied by a
/// constant factor `exp(theta)`. With `z = ln(w / (1-w))` and `lsg(z) = -ln(1 + exp(-z))`, the log
/// of the likelihood of the assignments under `theta`, less that under 0, grows by
///
///     ell(theta) += newB (lsg(z+theta) - lsg(z)) + newA (lsg(-z-theta) - lsg(-z))
///
/// Each `exp(ell)` has expectation 1 while the configured share is kept, whatever the share does
/// from window to window; so has their mean over a grid of 34 factors, `theta = +-0.01 2^(k/2), k =
/// 0..16`, of 1 % to a factor of 13. By Ville (1939) that mean ever reaches `1/alpha` with a chance
/// of at most `alpha`. Lindon and Malek (2022) mix over a Dirichlet distribution instead, which
/// needs a constant share.
///
/// @param alpha chance to suspect an experiment that is in order, over all looks together
public record SampleRatio(double alpha) {
  public static final SampleRatio DEFAULT = new SampleRatio(0.001);

  private static final int BETS = 34;
  private static final Grid GRID =
      Grid.of(IntStream.range(0, BETS).mapToDouble(SampleRatio::theta).toArray());

  public SampleRatio {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException("alpha must be within 0..1, both excluded: " + alpha);
    }
  }

  /// What one window brings.
  ///
  /// @param stable new assignments to stable
  /// @param canary new assignments to the canary
  /// @param share of the canary that was configured, a fraction
  public record Window(double stable, double canary, double share) {
    boolean valid() {
      return count(stable) && count(canary) && Double.isFinite(share) && !excludedArmGotSome();
    }

    private static boolean count(double assignments) {
      return Double.isFinite(assignments) && assignments >= 0;
    }

    private boolean excludedArmGotSome() {
      return (share <= 0 && canary > 0) || (share >= 1 && stable > 0);
    }

    private boolean tellsSomething() {
      return share > 0 && share < 1 && stable + canary > 0;
    }
  }

  /// Before the first window.
  public SampleRatioState start() {
    return new SampleRatioState(Doubles.zeros(BETS), 0, 0, 0, 0, 0, OptionalLong.empty());
  }

  /// After a window. One that is invalid or has nothing to compare is only counted.
  public SampleRatioState after(SampleRatioState state, Window window) {
    if (!window.valid()) {
      return state.afterInvalid();
    }
    if (!window.tellsSomething()) {
      return state.afterSkipped();
    }
    double z = Math.log(window.share()) - Math.log1p(-window.share());
    Doubles ell = GRID.kernel(z).added(state.ell(), window.canary(), window.stable());
    double logE = logMeanExp(ell);
    return Double.isFinite(logE)
        ? state.afterUsed(ell, logE, -Math.log(alpha))
        : state.afterInvalid();
  }

  /// The evidence that any of several arms does not get its share: each arm was held against all
  /// the rest, and the mean of e-values is an e-value, however they depend on each other.
  ///
  /// @param eachAgainstTheRest one state for each arm
  public static double averagedLogE(List<SampleRatioState> eachAgainstTheRest) {
    double[] logE = eachAgainstTheRest.stream().mapToDouble(SampleRatioState::logE).toArray();
    return logMeanExp(Doubles.of(logE));
  }

  private static double theta(int bet) {
    double size = 0.01 * Math.pow(2, Math.floorDiv(bet, 2) / 2.0);
    return bet % 2 == 0 ? size : -size;
  }

  private static double logMeanExp(Doubles logs) {
    return LogSum.of(logs.toArray()) - Math.log(logs.size());
  }
}
