package dev.sluice.statistics;

/// When the canary's rate of events is too high, compared with stable's.
///
/// Between `harm` and `safe` both statements are true, and the first proven wins.
///
/// @param harm proven above this ratio: harmful
/// @param safe proven below this ratio: safe with all traffic; below 1 it demands an improvement
/// @param floor a rate that is tolerated whatever stable's is, so that services without errors can
///     be judged; 0 switches it off
/// @param scale where deviations are expected, as a log ratio: 0.7 is a factor of two
/// @param phi a dispersion, at least 1, that evidence is divided by in any case
public record RatioRule(
    double harm, double safe, double floor, double scale, double phi, Units units) {

  public static final double DEFAULT_SCALE = 0.7;
  private static final double LARGEST_SCALED_FLOOR = 0.1;
  private static final double USUAL_HARM = 1.10;
  private static final double USUAL_FLOOR = 0.001;

  public RatioRule {
    requirePositive("harm", harm);
    requirePositive("safe", safe);
    requirePositive("scale", scale);
    if (!(floor >= 0 && floor < 1)) {
      throw new IllegalArgumentException("floor must be a rate, 0 up to 1: " + floor);
    }
    if (!(phi >= 1) || Double.isInfinite(phi)) {
      throw new IllegalArgumentException("phi must be at least 1: " + phi);
    }
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(name + " must be above 0 and finite: " + value);
    }
  }

  public static RatioRule of(double harm, double safe, double floor) {
    return new RatioRule(harm, safe, floor, DEFAULT_SCALE, 1, Units.AUTO);
  }

  /// Tolerates so much more than stable's rate, 0.5 being half as many events again; with the usual
  /// limit of harm and the usual floor.
  public static RatioRule percentage(double more) {
    double safe = 1 + more;
    return of(Math.min(USUAL_HARM, safe), safe, USUAL_FLOOR);
  }

  public RatioRule withUnits(Units kind) {
    return new RatioRule(harm, safe, floor, scale, phi, kind);
  }

  /// How bad the canary would have to be for the whole service to be out of tolerance while the
  /// canary has this share of the traffic.
  ///
  /// With `(1-s) pA + s pB <= safe pA` the canary may be `1 + (safe-1)/s` times as bad, and it may
  /// add `floor` to the whole. A demanded improvement is not scaled: a share cannot make the whole
  /// service better by that much.
  public Margin.Ratio margin(double share) {
    if (safe < 1) {
      return new Margin.Ratio(safe, floor);
    }
    return new Margin.Ratio(
        1 + (safe - 1) / share, Math.min(floor / share, Math.max(floor, LARGEST_SCALED_FLOOR)));
  }
}
