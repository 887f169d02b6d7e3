package dev.sluice.api;

import java.util.Optional;

/// What the cookies that we set have in common.
final class Cookies {
  private static final int MOST_PAIRS = 100;

  private Cookies() {}

  /// The value of a cookie in one `Cookie` field; the first where there are several.
  static Optional<String> value(String field, String name) {
    for (String pair : field.split(";", MOST_PAIRS)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
        return Optional.of(pair.substring(equals + 1).strip());
      }
    }
    return Optional.empty();
  }

  /// Whether a request was made to this very machine: there is no TLS in front of it then, and a
  /// cookie with `Secure` might not come back.
  static boolean toThisMachine(Headers headers) {
    String host = headers.first("host").orElse("");
    return host.startsWith("127.") || host.startsWith("localhost") || host.startsWith("[::1]");
  }
}
