package dev.sluice.statistics;

import java.util.OptionalDouble;

/// The values that the evidence does not contradict, at every look together. A side without a bound
/// is empty.
public record Interval(OptionalDouble lower, OptionalDouble upper) {
  public static final Interval UNBOUNDED =
      new Interval(OptionalDouble.empty(), OptionalDouble.empty());

  public static Interval of(double lower, double upper) {
    return new Interval(OptionalDouble.of(lower), OptionalDouble.of(upper));
  }
}
