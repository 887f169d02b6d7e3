package dev.sluice.api;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How a body is compressed (RFC 9110, section 8.4.1).
enum Coding {
  IDENTITY,
  GZIP,
  /// The zlib format (RFC 1950), which is what the name means in HTTP.
  DEFLATE;

  /// The coding that a head tells of; empty for one that is not known, or several.
  static Optional<Coding> of(Headers headers) {
    List<String> codings = headers.all("content-encoding");
    if (codings.size() > 1) {
      return Optional.empty();
    }
    String coding = codings.isEmpty() ? "identity" : codings.getFirst().strip();
    return switch (coding.toLowerCase(Locale.ROOT)) {
      case "identity" -> Optional.of(IDENTITY);
      case "gzip", "x-gzip" -> Optional.of(GZIP);
      case "deflate" -> Optional.of(DEFLATE);
      default -> Optional.empty();
    };
  }
}
