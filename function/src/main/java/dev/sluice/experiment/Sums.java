package dev.sluice.experiment;

import dev.sluice.statistics.Moments;

/// Number, sum and sum of squares of values: what of them can be added and taken apart again.
public record Sums(double units, double sum, double squares) {
  public static final Sums NONE = new Sums(0, 0, 0);

  // What the rounding of long sums may cost.
  private static final double ROUNDING = 1e-6;

  /// One value more.
  public Sums with(double value) {
    return new Sums(units + 1, sum + value, squares + value * value);
  }

  public Sums plus(Sums other) {
    return new Sums(units + other.units, sum + other.sum, squares + other.squares);
  }

  public Sums minus(Sums other) {
    return new Sums(units - other.units, sum - other.sum, squares - other.squares);
  }

  /// Whether this is less than before in what can only grow. The sum is not looked at: values may
  /// be negative.
  boolean below(Sums before) {
    return units < before.units || squares < before.squares;
  }

  /// Whether each of these can be such a sum: finite, and what can only grow not negative.
  public boolean valid() {
    return Double.isFinite(units)
        && units >= 0
        && Double.isFinite(sum)
        && Double.isFinite(squares)
        && squares >= 0;
  }

  /// Whether there are values with these sums: `(Σv)² <= n Σv²` (Cauchy and Schwarz). To be asked
  /// of sums that were added up, not of a difference: what is left of two long sums of a few small
  /// values is mostly rounding.
  public boolean possible() {
    return sum * sum <= units * squares * (1 + ROUNDING) + Double.MIN_NORMAL;
  }

  /// Whether these can be sums of values within 0..1, whose squares are no larger than they are. A
  /// value outside that is hidden by enough others shows only in its own sums.
  boolean withinUnit() {
    double slack = ROUNDING * (1 + units);
    return units >= 0 && sum >= -slack && sum <= units + slack && squares <= sum + slack;
  }

  /// The same as mean and squared deviations. Rounding may leave less than nothing of the
  /// deviations of equal values; that is nothing.
  public Moments moments() {
    return units == 0
        ? Moments.NONE
        : new Moments(units, sum / units, Math.max(0, squares - sum * sum / units));
  }
}
