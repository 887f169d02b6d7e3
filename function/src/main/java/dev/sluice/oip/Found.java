package dev.sluice.oip;

import java.nio.charset.StandardCharsets;

/// Names what stands at a place of a JSON text, for the messages to its author.
final class Found {
  private static final int LONGEST = 40;

  private Found() {}

  static String at(byte[] bytes, int at, int end) {
    if (at >= end) {
      return "the end of the JSON was found";
    }
    int to = at;
    while (to < end && to - at < LONGEST && word(bytes[to])) {
      to++;
    }
    if (to > at) {
      String cut = to < end && word(bytes[to]) ? "..." : "";
      return new String(bytes, at, to - at, StandardCharsets.US_ASCII) + cut + " was found";
    }
    return switch (bytes[at]) {
          case '"' -> "a string";
          case '{' -> "an object";
          case '[' -> "an array";
          case ']', '}', ',', ':' -> "'" + (char) bytes[at] + "'";
          default -> "something else";
        }
        + " was found";
  }

  private static boolean word(byte b) {
    return (b >= '0' && b <= '9')
        || (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || b == '-'
        || b == '+'
        || b == '.';
  }

  /// A name from the caller, cut where it is long.
  static String quoted(String name) {
    return name.length() > LONGEST
        ? "\"" + name.substring(0, LONGEST) + "...\""
        : "\"" + name + "\"";
  }
}
