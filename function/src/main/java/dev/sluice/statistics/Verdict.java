package dev.sluice.statistics;

/// What is known of a canary.
public enum Verdict {
  /// Proven worse than is tolerated; final.
  HARMFUL,
  /// No window could be used. Says nothing, and never counts as health.
  NO_DATA,
  /// Neither is proven.
  UNDECIDED,
  /// Proven within the tolerance.
  SAFE
}
