package dev.sluice.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/// A part of an array, seen from its own start. Reading outside is an error of the reader's.
record Span(byte[] array, int offset, int length) {
  Span {
    Objects.checkFromIndexSize(offset, length, array.length);
  }

  boolean holds(int at, int count) {
    return at >= 0 && count >= 0 && count <= length - at;
  }

  /// The same bytes under another start; must lie inside.
  Span part(int at, int count) {
    Objects.checkFromIndexSize(at, count, length);
    return new Span(array, offset + at, count);
  }

  int uint8(int at) {
    return array[offset + Objects.checkIndex(at, length)] & 0xFF;
  }

  int uint16(int at) {
    return uint8(at) << 8 | uint8(at + 1);
  }

  int int32(int at) {
    return uint16(at) << 16 | uint16(at + 2);
  }

  /// Whether the bytes from `at` are these characters, each of one byte.
  boolean says(int at, String text) {
    byte[] expected = text.getBytes(StandardCharsets.ISO_8859_1);
    return holds(at, expected.length)
        && Arrays.equals(
            array, offset + at, offset + at + expected.length, expected, 0, expected.length);
  }
}
