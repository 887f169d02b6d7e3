package dev.sluice.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// What follows the question mark: names and values.
///
/// @param values by name; the last of a name counts
record Query(Map<String, String> values) {
  static final Query NONE = new Query(Map.of());

  Query {
    values = Map.copyOf(values);
  }

  /// Reads `limit=20&tag=checkout`. What cannot be decoded is taken as it stands.
  static Query of(String text) {
    var values = new LinkedHashMap<String, String>();
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        values.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
      }
    }
    return new Query(values);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return text;
    }
  }

  /// @throws BadHead when there is something that is not known here
  Query knowing(List<String> names) throws BadHead {
    if (!names.containsAll(values.keySet())) {
      throw new BadHead("known in the query: " + String.join(", ", names));
    }
    return this;
  }

  /// A value that is there and not empty.
  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
  }

  /// Whether a value is `true`; `false` and nothing are not.
  ///
  /// @throws BadHead when it is anything else
  boolean flag(String name) throws BadHead {
    String given = text(name).orElse("false");
    if (!given.equals("true") && !given.equals("false")) {
      throw new BadHead(name + " in the query must be true or false");
    }
    return given.equals("true");
  }

  /// A whole number within bounds.
  ///
  /// @throws BadHead when it is not one
  OptionalLong whole(String name, long least, long most) throws BadHead {
    Optional<String> given = text(name);
    if (given.isEmpty()) {
      return OptionalLong.empty();
    }
    if (given.get().matches("[0-9]{1,18}")) {
      long value = Long.parseLong(given.get());
      if (value >= least && value <= most) {
        return OptionalLong.of(value);
      }
    }
    throw new BadHead("%s in the query must be %d to %d".formatted(name, least, most));
  }
}
