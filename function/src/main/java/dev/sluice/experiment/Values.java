package dev.sluice.experiment;

/// What a guard takes the mean of.
public sealed interface Values {
  /// Seconds from the head of a request to its answer.
  record LatencySeconds() implements Values {}

  /// A named score.
  record Score(String name, Better better) implements Values {}

  /// Which values of a score are the good ones.
  enum Better {
    LESS,
    MORE
  }
}
