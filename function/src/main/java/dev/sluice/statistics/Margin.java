package dev.sluice.statistics;

/// How bad a canary would have to be for one share of the traffic; safety is the proof that it is
/// not.
public sealed interface Margin {
  /// Events at least this many times as frequent as stable's, and at least as frequent as a floor.
  ///
  /// @param floor a rate, 0..1; 0: there is none
  record Ratio(double ratio, double floor) implements Margin {}

  /// The slow tail at least this many times as large as stable's.
  record Tail(double ratio) implements Margin {}

  /// A rate of the canary alone.
  record Rate(double bound) implements Margin {}

  /// A mean of at least `factor * (stable's mean) + offset`.
  record Mean(double factor, double offset) implements Margin {}
}
