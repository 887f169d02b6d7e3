package dev.sluice.oip;

import dev.sluice.inference.Signature.Port;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/// Names what stands at a place of a JSON text, for the messages to its author.
final class Found {
  private static final int LONGEST = 40;
  private static final int MOST_NAMES = 8;

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
          default -> character(bytes[at]);
        }
        + " was found";
  }

  private static String character(byte b) {
    boolean shows = b > ' ' && b < 0x7F;
    return shows ? "'" + (char) b + "'" : "a byte 0x%02X".formatted(b & 0xFF);
  }

  /// Whether what stands there, a word or a string, has no end before the text's.
  static boolean ends(byte[] bytes, int at, int end) {
    if (at >= end) {
      return true;
    }
    int to = at + 1;
    if (bytes[at] == '"') {
      while (to < end && bytes[to] != '"') {
        to++;
      }
      return to == end;
    }
    while (to < end && word(bytes[to])) {
      to++;
    }
    return to == end && word(bytes[at]);
  }

  private static boolean word(byte b) {
    return (b >= '0' && b <= '9')
        || (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || b == '-'
        || b == '+'
        || b == '.';
  }

  /// That the model has no such port, and which it has.
  ///
  /// @param direction input or output
  static String unknown(String direction, String name, List<Port> ports) {
    return "the model has no %s %s: it has %s".formatted(direction, quoted(name), names(ports));
  }

  /// That an input did not come, and what it would be.
  static String missing(Port input) {
    return "input \"%s\" (%s, shape %s) is missing"
        .formatted(input.name(), Datatype.of(input.type()), input.shape());
  }

  /// The names of some ports, not more of them than can be read.
  private static String names(List<Port> ports) {
    return ports.stream()
        .limit(MOST_NAMES)
        .map(port -> quoted(port.name()))
        .collect(Collectors.joining(", ", "", ports.size() > MOST_NAMES ? ", ..." : ""));
  }

  /// A name from the caller, cut where it is long.
  static String quoted(String name) {
    return name.length() > LONGEST
        ? "\"" + name.substring(0, LONGEST) + "...\""
        : "\"" + name + "\"";
  }
}
