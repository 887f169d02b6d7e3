package dev.sluice.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Iterator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An answer as a document shows it. It stands for every answer that differs in the last digits of
/// probabilities, which depend on the processor, in trace ids and tokens, which are new each time,
/// and in what the document leaves out by `…`. JSON may be broken into lines.
record Shown(String text) {
  static final String TOKEN = "outcome_token";
  private static final double TOLERANCE = 0.002;
  private static final Pattern FREE =
      Pattern.compile("…|\\d+\\.\\d+(?:[eE]-?\\d+)?|\\d+[eE]-?\\d+");
  private static final String FRACTION = "(\\d+(?:\\.\\d+)?(?:[eE]-?\\d+)?)";

  boolean matches(String answer) {
    if (isJson(text) && isJson(answer)) {
      return same("", OpenApi.json(text), OpenApi.json(answer));
    }
    return sameText(spaced(text), spaced(answer));
  }

  private static boolean isJson(String text) {
    return text.matches("(?s)\\{.*\\}|\\[\\{.*\\}\\]");
  }

  private static String spaced(String text) {
    return text.replaceAll("[ \r\t]+", " ").strip();
  }

  private static boolean sameText(String shown, String answer) {
    var pattern = new StringBuilder();
    int from = 0;
    for (MatchResult free : FREE.matcher(shown).results().toList()) {
      pattern.append(Pattern.quote(shown.substring(from, free.start())));
      pattern.append(free.group().equals("…") ? "[^\"\n]*?" : FRACTION);
      from = free.end();
    }
    pattern.append(Pattern.quote(shown.substring(from)));
    Matcher matcher = Pattern.compile(pattern.toString()).matcher(answer);
    return matcher.matches() && sameFractions(shown, matcher);
  }

  private static boolean sameFractions(String shown, Matcher answer) {
    int group = 0;
    for (MatchResult free : FREE.matcher(shown).results().toList()) {
      if (!free.group().equals("…")) {
        group++;
        if (!near(Double.parseDouble(free.group()), Double.parseDouble(answer.group(group)))) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean near(double shown, double answer) {
    return Math.abs(shown - answer) <= TOLERANCE;
  }

  private static boolean same(String member, JsonNode shown, JsonNode answer) {
    if (member.equals(TOKEN)) {
      return answer.asText().startsWith("v1.");
    }
    if (member.equals("trace_id")) {
      return answer.asText().matches("[A-Za-z0-9._-]{1,64}");
    }
    if (shown.isFloatingPointNumber() && answer.isNumber()) {
      return near(shown.asDouble(), answer.asDouble());
    }
    if (shown.isTextual() && answer.isTextual()) {
      return sameText(shown.asText(), answer.asText());
    }
    if (!shown.isContainerNode()) {
      return shown.equals(answer);
    }
    return shown.getNodeType() == answer.getNodeType()
        && shown.size() == answer.size()
        && (shown.isArray() ? sameElements(shown, answer) : sameMembers(shown, answer));
  }

  private static boolean sameElements(JsonNode shown, JsonNode answer) {
    Iterator<JsonNode> others = answer.iterator();
    for (JsonNode element : shown) {
      if (!same("", element, others.next())) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameMembers(JsonNode shown, JsonNode answer) {
    return shown.properties().stream()
        .allMatch(
            it ->
                !(answer.path(it.getKey()) instanceof MissingNode)
                    && same(it.getKey(), it.getValue(), answer.path(it.getKey())));
  }
}
