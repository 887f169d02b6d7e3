package dev.sluice.api;

import java.util.Arrays;
import java.util.stream.Stream;

/// What the cookies that we set have in common.
final class Cookies {
  private static final int MOST_PAIRS = 100;

  private Cookies() {}

  /// The values of a cookie in one `Cookie` field. There may be several: other services of the host
  /// may set one of the same name for a longer path.
  static Stream<String> values(String field, String name) {
    return Arrays.stream(field.split(";", MOST_PAIRS))
        .map(pair -> pair.split("=", 2))
        .filter(pair -> pair.length == 2 && pair[0].strip().equals(name))
        .map(pair -> pair[1].strip());
  }

  /// Whether a request was made to this very machine: there is no TLS in front of it then, and a
  /// cookie with `Secure` might not come back.
  static boolean toThisMachine(Headers headers) {
    String host = headers.first("host").orElse("");
    return host.startsWith("127.") || host.startsWith("localhost") || host.startsWith("[::1]");
  }
}
