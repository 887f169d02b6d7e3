package dev.sluice.serving;

/// Whether a request was sent before.
public enum Attempt {
  /// For the first time, as far as anybody says.
  FIRST,
  /// Again, by a proxy that was not content with the first answer.
  REPEATED
}
