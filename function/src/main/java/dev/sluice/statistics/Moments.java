package dev.sluice.statistics;

/// Number, mean and spread of the values of one arm.
///
/// @param units how many values
/// @param mean of them
/// @param squares the sum of squared deviations from the mean (M2)
public record Moments(double units, double mean, double squares) {
  public static final Moments NONE = new Moments(0, 0, 0);

  /// Both sets of values together (Chan, Golub and LeVeque 1983, eq. 2.1).
  public Moments plus(Moments other) {
    if (units == 0) {
      return other;
    }
    if (other.units == 0) {
      return this;
    }
    double n = units + other.units;
    double d = other.mean - mean;
    return new Moments(
        n, mean + d * other.units / n, squares + other.squares + d * d * units * other.units / n);
  }

  /// Whether these can be moments at all.
  public boolean valid() {
    return Double.isFinite(units)
        && units >= 0
        && Double.isFinite(mean)
        && Double.isFinite(squares)
        && squares >= 0;
  }
}
