package dev.sluice.experiment;

/// What a guard counts: something that happened or not, or to a degree between 0 and 1.
public sealed interface Events {
  /// Predictions that ended in an error or a time-out.
  record Errors() implements Events {}

  /// Predictions that took longer than a limit; time-outs did.
  ///
  /// @param bucket of [dev.sluice.statistics.LatencyBuckets]: the limit is its upper bound
  record SlowerThan(int bucket) implements Events {}

  /// What a score within 0..1 lacks to 1: a reward of 0.8 counts 0.2.
  ///
  /// @param score its name
  record Loss(String score) implements Events {}
}
