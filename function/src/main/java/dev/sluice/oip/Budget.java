package dev.sluice.oip;

/// What is left of the limits for one request. Used by one thread.
final class Budget {
  private final Limits limits;
  private long bytesLeft;
  private int stringsLeft;

  Budget(Limits limits) {
    this.limits = limits;
    this.bytesLeft = limits.maxTensorBytes();
    this.stringsLeft = limits.maxElementsOfStrings();
  }

  /// Before memory is taken for elements of a fixed size.
  ///
  /// @return the bytes of all of them
  int numbers(long elements, int bytesEach, String input, String pointer) throws BadRequest {
    if (elements > bytesLeft / bytesEach) {
      throw tooManyBytes(input, pointer);
    }
    bytesLeft -= elements * bytesEach;
    return (int) (elements * bytesEach);
  }

  /// Before a list is made for strings.
  int strings(long elements, String input, String pointer) throws BadRequest {
    if (elements > stringsLeft) {
      throw BadRequest.tooLarge(
          pointer,
          "input \"%s\" has too many strings; all inputs together may have %d"
              .formatted(input, limits.maxElementsOfStrings()));
    }
    stringsLeft -= (int) elements;
    return (int) elements;
  }

  /// Whether a string of so many bytes may be made.
  boolean text(int bytes) {
    boolean fits = bytes <= bytesLeft;
    bytesLeft -= fits ? bytes : 0;
    return fits;
  }

  BadRequest tooManyBytes(String input, String pointer) {
    return BadRequest.tooLarge(
        pointer,
        "input \"%s\" is too large; all inputs together may have %d bytes"
            .formatted(input, limits.maxTensorBytes()));
  }
}
