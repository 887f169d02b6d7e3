package dev.sluice.api;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether a browser says that a page of our own makes a request: its `Origin` is the place that
/// `Host` names. The scheme is not compared, for who ends TLS in front of us does not say it; a
/// port that its scheme means anyway may be left out on either side.
final class SameOrigin {
  private static final Pattern ORIGIN =
      Pattern.compile("(https?)://([^/:@\\[\\]]+|\\[[^\\]]+])(:\\d+)?");

  private SameOrigin() {}

  /// False, too, where one of both is missing or comes more than once.
  static boolean holds(Headers headers) {
    Optional<String> origin = single("origin", headers);
    Optional<String> host = single("host", headers);
    if (origin.isEmpty() || host.isEmpty()) {
      return false;
    }
    Matcher matcher = ORIGIN.matcher(origin.get().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return false;
    }
    String usual = matcher.group(1).equals("https") ? ":443" : ":80";
    String place = matcher.group(2) + Optional.ofNullable(matcher.group(3)).orElse(usual);
    String asked = host.get().toLowerCase(Locale.ROOT);
    return place.equals(asked) || place.equals(asked + usual);
  }

  private static Optional<String> single(String name, Headers headers) {
    List<String> values = headers.all(name);
    return values.size() == 1 ? Optional.of(values.getFirst().strip()) : Optional.empty();
  }
}
