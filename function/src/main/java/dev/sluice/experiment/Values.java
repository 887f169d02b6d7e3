package dev.sluice.experiment;

/// What a guard takes the mean of.
public sealed interface Values {
  /// Seconds from the head of a request to its answer.
  record LatencySeconds() implements Values {}

  /// 1 for a prediction that ended in an error or a time-out, else 0: its mean is the error rate.
  record Errors() implements Values {}

  /// A named score.
  record Score(String name, Better better) implements Values {}

  /// Which values of a score are the good ones.
  enum Better {
    LESS,
    MORE
  }
}
