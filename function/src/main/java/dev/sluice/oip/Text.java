package dev.sluice.oip;

import java.nio.charset.StandardCharsets;

/// A JSON string in its bytes, checked: UTF-8, known escapes, no lone surrogate. Overwritten by
/// each pass; text is made of it only when somebody asks. Used by one thread.
final class Text {
  /// What [#pass] answers where there is no such string.
  static final int NONE = -1;

  private byte[] bytes = {};
  private int from;
  private int to;
  private boolean escaped;

  /// Passes the string whose opening quote is at `at`.
  ///
  /// @return where it ends, past its closing quote, or [#NONE]
  int pass(byte[] json, int at, int end) {
    bytes = json;
    from = at + 1;
    escaped = false;
    int i = from;
    while (i != NONE && i < end) {
      byte b = json[i];
      if (b == '"') {
        to = i;
        return i + 1;
      }
      if (b == '\\') {
        escaped = true;
        i = Escapes.pass(json, i, end);
      } else if (b < 0) {
        int length = Utf8.sequence(json, i, end);
        i = length == 0 ? NONE : i + length;
      } else {
        i = b < ' ' ? NONE : i + 1;
      }
    }
    return NONE;
  }

  /// Whether this is it, written without escapes.
  boolean is(String word) {
    if (escaped || to - from != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (bytes[from + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// How many bytes it is written in.
  int bytes() {
    return to - from;
  }

  String value() {
    return escaped
        ? Escapes.resolved(bytes, from, to)
        : new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }
}
