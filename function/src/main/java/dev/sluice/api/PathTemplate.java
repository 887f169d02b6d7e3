package dev.sluice.api;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A path some of whose segments are parameters: `/admin/rollouts/{id}`, or begin with one:
/// `/v1/models/{model}:predict`. A parameter is made of letters, digits, dots, underscores and
/// dashes, percent-decoded once and after the path was cut into segments: no spelling adds one. The
/// fixed words have one spelling.
record PathTemplate(List<String> segments) {
  private static final int LONGEST = 128;

  PathTemplate {
    segments = List.copyOf(segments);
  }

  static PathTemplate of(String template) {
    return new PathTemplate(split(template));
  }

  /// The segments of a path.
  static List<String> split(String path) {
    return Arrays.asList(path.split("/", -1));
  }

  boolean hasParameters() {
    return parameters() > 0;
  }

  int parameters() {
    return (int) segments.stream().filter(PathTemplate::isParameter).count();
  }

  private static boolean isParameter(String segment) {
    return segment.startsWith("{");
  }

  /// What stands in the place of each parameter; none when the path is another one.
  ///
  /// @param path cut into its segments
  Optional<Map<String, String>> match(List<String> path) {
    if (!fits(path)) {
      return Optional.empty();
    }
    var parameters = new HashMap<String, String>();
    for (int i = 0; i < segments.size(); i++) {
      String wanted = segments.get(i);
      if (isParameter(wanted)) {
        int end = wanted.indexOf('}');
        String verb = wanted.substring(end + 1);
        String came = path.get(i);
        Optional<String> name =
            came.endsWith(verb)
                ? name(came.substring(0, came.length() - verb.length()))
                : Optional.empty();
        if (name.isEmpty()) {
          return Optional.empty();
        }
        parameters.put(wanted.substring(1, end), name.get());
      }
    }
    return Optional.of(parameters);
  }

  private boolean fits(List<String> path) {
    if (path.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < segments.size(); i++) {
      if (!isParameter(segments.get(i)) && !segments.get(i).equals(path.get(i))) {
        return false;
      }
    }
    return true;
  }

  /// What a segment spells; none for what is no name, or no escape. The alphabet is ASCII, so each
  /// escape has to be one character of it.
  private static Optional<String> name(String segment) {
    var name = new StringBuilder(segment.length());
    for (int i = 0; i < segment.length() && name.length() <= LONGEST; i++) {
      char c = segment.charAt(i);
      if (c == '%') {
        if (!escapes(segment, i + 1)) {
          return Optional.empty();
        }
        c = (char) HexFormat.fromHexDigits(segment, i + 1, i + 3);
        i += 2;
      }
      if (!inNames(c)) {
        return Optional.empty();
      }
      name.append(c);
    }
    return name.isEmpty() || name.length() > LONGEST
        ? Optional.empty()
        : Optional.of(name.toString());
  }

  private static boolean escapes(String segment, int at) {
    return at + 1 < segment.length()
        && HexFormat.isHexDigit(segment.charAt(at))
        && HexFormat.isHexDigit(segment.charAt(at + 1));
  }

  private static boolean inNames(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }
}
