package dev.sluice.api;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A path some of whose segments are parameters: `/admin/rollouts/{id}`, or begin with one:
/// `/v1/models/{model}:predict`. A parameter is made of letters, digits, dots, underscores and
/// dashes; nothing is percent-decoded.
record PathTemplate(List<String> segments) {
  private static final String PARAMETER = "[A-Za-z0-9._-]{1,128}";

  PathTemplate {
    segments = List.copyOf(segments);
  }

  static PathTemplate of(String template) {
    return new PathTemplate(split(template));
  }

  private static List<String> split(String path) {
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
  Optional<Map<String, String>> match(String path) {
    List<String> given = split(path);
    if (given.size() != segments.size()) {
      return Optional.empty();
    }
    var parameters = new HashMap<String, String>();
    for (int i = 0; i < segments.size(); i++) {
      String wanted = segments.get(i);
      String came = given.get(i);
      if (!isParameter(wanted)) {
        if (!wanted.equals(came)) {
          return Optional.empty();
        }
        continue;
      }
      int end = wanted.indexOf('}');
      String verb = wanted.substring(end + 1);
      String value = came.substring(0, Math.max(0, came.length() - verb.length()));
      if (!came.endsWith(verb) || !value.matches(PARAMETER)) {
        return Optional.empty();
      }
      parameters.put(wanted.substring(1, end), value);
    }
    return Optional.of(parameters);
  }
}
