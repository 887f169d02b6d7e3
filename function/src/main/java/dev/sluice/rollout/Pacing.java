package dev.sluice.rollout;

/// When a step has lasted long enough.
///
/// @param minWindowsPerStep windows that a step lasts at least
/// @param minWindowsTotal windows before the judge promotes
/// @param minUnitsPerStep requests of the canary in a step before the clock leaves it
public record Pacing(
    Pace pace, long minWindowsPerStep, long minWindowsTotal, double minUnitsPerStep) {

  /// What opens the next share.
  public enum Pace {
    /// The proof that the whole service stays within tolerance with it.
    PROOF,
    /// Time without suspicion. Promotion needs its proof all the same.
    TIME
  }

  /// The usual minimums of a pace.
  public static Pacing of(Pace pace) {
    return switch (pace) {
      case PROOF -> new Pacing(pace, 3, 30, 500);
      case TIME -> new Pacing(pace, 5, 30, 500);
    };
  }

  public Pacing withMinWindows(long perStep, long total) {
    return new Pacing(pace, perStep, total, minUnitsPerStep);
  }

  public Pacing withMinUnitsPerStep(double units) {
    return new Pacing(pace, minWindowsPerStep, minWindowsTotal, units);
  }
}
