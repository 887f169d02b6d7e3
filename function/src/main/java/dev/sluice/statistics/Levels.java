package dev.sluice.statistics;

/// How much proof a verdict of one guard needs.
///
/// @param alphaHarm chance to call an innocent canary harmful, over all looks together
/// @param alphaSafe chance to call a canary safe that is just not, over all looks together
/// @param minUnits canary units before it is safe at share 1; a smaller share asks for its part
/// @param minWindows used windows before it is safe at any share
public record Levels(double alphaHarm, double alphaSafe, double minUnits, long minWindows) {
  public static final Levels DEFAULT = new Levels(0.05, 0.05, 100, 1);

  public Levels {
    requireLevel("alphaHarm", alphaHarm);
    requireLevel("alphaSafe", alphaSafe);
    if (!(minUnits >= 0) || minWindows < 0) {
      throw new IllegalArgumentException(
          "minUnits and minWindows must not be negative: " + minUnits + ", " + minWindows);
    }
  }

  private static void requireLevel(String name, double alpha) {
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException(name + " must be within 0..1, both excluded: " + alpha);
    }
  }

  public Levels withAlphaHarm(double alpha) {
    return new Levels(alpha, alphaSafe, minUnits, minWindows);
  }

  /// The natural log of the evidence that proves harm: by Ville (1939) an e-process ever reaches
  /// 1/alpha with a chance of at most alpha.
  public double harmBarrier() {
    return -Math.log(alphaHarm);
  }

  /// The same for safety.
  public double safeBarrier() {
    return -Math.log(alphaSafe);
  }
}
