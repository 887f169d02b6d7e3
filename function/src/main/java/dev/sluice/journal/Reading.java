package dev.sluice.journal;

/// What became of reading something that was written earlier, perhaps by another version.
///
/// @param <T> what it should be
public sealed interface Reading<T> {
  /// It is what it should be.
  record Found<T>(T value) implements Reading<T> {}

  /// It is something else, and is not taken for what it is not.
  ///
  /// @param reason one line
  record Refused<T>(String reason) implements Reading<T> {}
}
