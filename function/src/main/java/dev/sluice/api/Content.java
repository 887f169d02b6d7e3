package dev.sluice.api;

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

  /// The bytes alone; not to be written to either.
  public byte[] bytes() {
    return length == array.length ? array : Arrays.copyOfRange(array, from, to());
  }
}
