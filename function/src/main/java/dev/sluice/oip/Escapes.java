package dev.sluice.oip;

import java.nio.charset.StandardCharsets;

/// The escapes of JSON strings. A surrogate is taken only as half of a pair: alone it has no UTF-8.
final class Escapes {
  private static final int UNIT = 6;

  private Escapes() {}

  /// Checks the escape at `at`, where the backslash is.
  ///
  /// @return where it, or the pair of surrogates, ends; -1 when it is malformed
  static int pass(byte[] bytes, int at, int end) {
    if (at + 1 >= end) {
      return -1;
    }
    return switch (bytes[at + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 2;
      case 'u' -> passUnit(bytes, at, end);
      default -> -1;
    };
  }

  private static int passUnit(byte[] bytes, int at, int end) {
    int unit = unit(bytes, at, end);
    if (unit < 0 || !Character.isSurrogate((char) unit)) {
      return unit < 0 ? -1 : at + UNIT;
    }
    int low = unit(bytes, at + UNIT, end);
    boolean pair =
        low >= 0 && Character.isHighSurrogate((char) unit) && Character.isLowSurrogate((char) low);
    return pair ? at + 2 * UNIT : -1;
  }

  /// The value of the four digits after a backslash and a u, -1 where they are not.
  private static int unit(byte[] bytes, int at, int end) {
    if (at + UNIT > end || bytes[at] != '\\' || bytes[at + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = at + 2; i < at + UNIT; i++) {
      int digit = Character.digit((char) (bytes[i] & 0xFF), 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  /// The text of a string that was passed before.
  static String resolved(byte[] bytes, int from, int to) {
    var text = new StringBuilder(to - from);
    int plain = from;
    int i = from;
    while (i < to) {
      if (bytes[i] != '\\') {
        i++;
        continue;
      }
      text.append(new String(bytes, plain, i - plain, StandardCharsets.UTF_8));
      byte kind = bytes[i + 1];
      text.append(
          switch (kind) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> (char) unit(bytes, i, to);
            default -> (char) kind;
          });
      i += kind == 'u' ? UNIT : 2;
      plain = i;
    }
    return text.append(new String(bytes, plain, to - plain, StandardCharsets.UTF_8)).toString();
  }
}
