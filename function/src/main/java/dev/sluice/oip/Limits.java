package dev.sluice.oip;

/// What one request may cost. Checked before memory is taken.
///
/// @param maxTensorBytes bytes of all its inputs together; of strings, as many as the request
///     spends on them
/// @param deepest how far objects and arrays may be nested
/// @param maxElementsOfStrings strings of all its inputs together
public record Limits(long maxTensorBytes, int deepest, int maxElementsOfStrings) {
  private static final int USUAL_DEPTH = 32;

  public Limits {
    if (maxTensorBytes < 1 || maxTensorBytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "maxTensorBytes must be 1 to %d: %d".formatted(Integer.MAX_VALUE, maxTensorBytes));
    }
    if (deepest < 4 || deepest > 256) {
      throw new IllegalArgumentException("deepest must be 4 to 256: " + deepest);
    }
    if (maxElementsOfStrings < 0) {
      throw new IllegalArgumentException(
          "maxElementsOfStrings must not be negative: " + maxElementsOfStrings);
    }
  }

  /// The usual depth of 32.
  public static Limits of(long maxTensorBytes, int maxElementsOfStrings) {
    return new Limits(maxTensorBytes, USUAL_DEPTH, maxElementsOfStrings);
  }
}
