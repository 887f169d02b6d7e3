package dev.sluice.aws;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Escapes what a gateway has unescaped (RFC 3986, section 2). A percent sign stays what it is:
/// whether it begins an escape is for whoever reads the target.
final class Targets {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String UNRESERVED = "-._~";
  private static final String OF_PATHS = UNRESERVED + "/!$&'()*+,;=:@%";

  private Targets() {}

  /// A path; one that does not begin with a slash stays so, and is refused for it.
  static String path(String text) {
    return escaped(text, OF_PATHS);
  }

  /// A decoded key or value of a query.
  static String word(String text) {
    return escaped(text, UNRESERVED);
  }

  private static String escaped(String text, String marks) {
    if (text.chars().allMatch(c -> plain(c, marks))) {
      return text;
    }
    var escaped = new StringBuilder(text.length() + 16);
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      if (plain(octet, marks)) {
        escaped.append((char) octet);
      } else {
        escaped.append('%').append(HEX.toHexDigits(octet));
      }
    }
    return escaped.toString();
  }

  private static boolean plain(int c, String marks) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || (c > 0 && marks.indexOf(c) >= 0);
  }
}
