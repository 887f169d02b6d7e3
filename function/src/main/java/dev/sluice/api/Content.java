package dev.sluice.api;

import dev.sluice.oip.Utf8;
import java.util.Arrays;

/// The bytes of a body: a part of an array. The array is the shell's, which uses it again once the
/// exchange is closed; until then it is read by one thread at a time and written by nobody.
///
/// @param from where the body begins
public record Content(byte[] array, int from, int length) {
  /// A body that has an array for itself.
  public static Content of(byte[] whole) {
    return new Content(whole, 0, whole.length);
  }

  /// Behind the last byte.
  public int to() {
    return from + length;
  }

  public boolean isEmpty() {
    return length == 0;
  }

  /// Whether it is well-formed UTF-8 without a byte-order mark, which JSON parsers let through.
  boolean isUtf8() {
    boolean marked =
        length >= 3
            && array[from] == (byte) 0xEF
            && array[from + 1] == (byte) 0xBB
            && array[from + 2] == (byte) 0xBF;
    return !marked && Utf8.wellFormed(array, from, to());
  }

  /// The bytes alone; not to be written to either.
  public byte[] bytes() {
    return length == array.length ? array : Arrays.copyOfRange(array, from, to());
  }
}
