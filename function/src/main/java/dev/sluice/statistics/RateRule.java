package dev.sluice.statistics;

/// When the canary's rate of events is too high by itself.
///
/// @param bound proven above: harmful; proven below: safe, at every share
/// @param phi a dispersion, at least 1, that evidence is divided by in any case
public record RateRule(double bound, double phi, Units units) {
  public RateRule {
    if (!(bound > 0 && bound < 1)) {
      throw new IllegalArgumentException("bound must be a rate within 0..1: " + bound);
    }
    if (!(phi >= 1) || Double.isInfinite(phi)) {
      throw new IllegalArgumentException("phi must be at least 1: " + phi);
    }
  }

  public static RateRule of(double bound) {
    return new RateRule(bound, 1, Units.AUTO);
  }

  public RateRule withUnits(Units kind) {
    return new RateRule(bound, phi, kind);
  }
}
