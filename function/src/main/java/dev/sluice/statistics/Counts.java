package dev.sluice.statistics;

/// What one arm brought in a window, or in all windows so far.
///
/// @param units independent observations: requests, or callers
/// @param events the sum of their outcomes, each within 0..1: an error counts 1, fractions are
///     legal
public record Counts(double units, double events) {
  public static final Counts NONE = new Counts(0, 0);

  /// Replicas add.
  public Counts plus(Counts other) {
    return new Counts(units + other.units, events + other.events);
  }

  /// The largest count that is exact: a larger one was never counted.
  static final double LARGEST = 1L << 53;

  /// Whether these can be counts at all: not negative, not beyond what can be counted, no more
  /// events than units.
  public boolean valid() {
    return units >= 0 && units <= LARGEST && events >= 0 && events <= units;
  }

  /// The same as moments of outcomes that are 0 or 1.
  public Moments moments() {
    return units == 0 ? Moments.NONE : new Moments(units, rate(), events * (1 - rate()));
  }

  /// Events per unit, with half an event more, so that it is never 0: for forecasts.
  double rateAboveZero() {
    return (events + 0.5) / (units + 1);
  }

  /// Events per unit; not a number while there are no units.
  public double rate() {
    return events / units;
  }
}
