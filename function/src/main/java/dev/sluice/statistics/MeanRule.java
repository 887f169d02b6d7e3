package dev.sluice.statistics;

import java.util.OptionalDouble;

/// What a mean guard tolerates, and how it gathers its blocks.
///
/// @param harm a canary with a mean above this is harmful
/// @param safe a canary with a mean below this is safe with all traffic
/// @param minBlock values of each arm that make a block: enough for a mean to be nearly normal
/// @param kappa the difference that is looked for, in standard deviations
/// @param sd the standard deviation where the policy knows it; empty: the first block tells
public record MeanRule(
    Contrast harm, Contrast safe, double minBlock, double kappa, OptionalDouble sd) {
  /// Fewer would leave a variance `M2/(n-3)/n` without a meaning.
  private static final double LEAST_BLOCK = 4;

  public MeanRule {
    if (!(minBlock >= LEAST_BLOCK && Double.isFinite(minBlock))) {
      throw new IllegalArgumentException("minBlock must be 4 or more: " + minBlock);
    }
    if (!(kappa > 0 && Double.isFinite(kappa))) {
      throw new IllegalArgumentException("kappa must be above 0: " + kappa);
    }
    if (sd.isPresent() && !(sd.getAsDouble() > 0 && Double.isFinite(sd.getAsDouble()))) {
      throw new IllegalArgumentException("sd must be above 0: " + sd.getAsDouble());
    }
  }

  /// Harmful when worse than stable; the other settings are the usual ones.
  public static MeanRule of(Contrast safe) {
    return new MeanRule(Contrast.EQUAL, safe, 50, 0.1, OptionalDouble.empty());
  }

  /// A bound on the canary alone, for harm and for safety.
  public static MeanRule bound(double bound) {
    return of(Contrast.bound(bound)).withHarm(Contrast.bound(bound));
  }

  public MeanRule withHarm(Contrast other) {
    return new MeanRule(other, safe, minBlock, kappa, sd);
  }

  public MeanRule withBlocks(double least, double lookedFor) {
    return new MeanRule(harm, safe, least, lookedFor, sd);
  }

  public MeanRule withSd(double known) {
    return new MeanRule(harm, safe, minBlock, kappa, OptionalDouble.of(known));
  }

  /// Whether neither question asks about stable.
  boolean alone() {
    return harm.alone() && safe.alone();
  }

  /// The mixture's `rho` for values of this variance.
  double rho(double variance) {
    return variance / (kappa * kappa);
  }
}
