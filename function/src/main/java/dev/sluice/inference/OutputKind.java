package dev.sluice.inference;

/// What the numbers of a classifier's output are.
public enum OutputKind {
  /// Probabilities, one for each class.
  PROBABILITIES,
  /// Scores of any size, of which softmax makes probabilities.
  LOGITS
}
