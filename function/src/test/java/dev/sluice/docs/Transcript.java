package dev.sluice.docs;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a script said, as a document shows it. Words stand for themselves; numbers, times and names
/// of rollouts, which are new each time, for any of their kind; `…` for what was left out: alone on
/// its line for lines, else for a part of one. A line that begins with blanks belongs to the one
/// before, so that a document may break long ones.
record Transcript(String text) {
  private static final String DURATION = "\\d+ (?:h|min|s)\\b(?: \\d+ (?:min|s)\\b)?";
  private static final String NUMBER = "-?\\d[\\d,]*(?:\\.\\d+)?";
  private static final Pattern FREE =
      Pattern.compile(
          "(?<lines>\n…(?=\n|$))|(?<left>…)|(?<duration>"
              + DURATION
              + ")|(?<rollout>\\b(?=[a-z]*\\d)(?=\\d*[a-z])[a-z0-9]{10}\\b)|(?<number>"
              + NUMBER
              + ")");

  boolean matches(String answer) {
    return Pattern.compile(pattern()).matcher(joined(answer)).matches();
  }

  private String pattern() {
    String shown = joined(text);
    var pattern = new StringBuilder();
    int from = 0;
    Matcher free = FREE.matcher(shown);
    while (free.find()) {
      pattern.append(Pattern.quote(shown.substring(from, free.start()))).append(anyOf(free));
      from = free.end();
    }
    return pattern.append(Pattern.quote(shown.substring(from))).toString();
  }

  private static String anyOf(MatchResult free) {
    if (free.group("lines") != null) {
      return "(?:\n.*)*?";
    }
    if (free.group("left") != null) {
      return ".*?";
    }
    if (free.group("duration") != null) {
      return DURATION;
    }
    return free.group("rollout") != null ? "[a-z0-9]{10}" : NUMBER;
  }

  private static String joined(String text) {
    return text.strip().replaceAll("\n[ \t]+", " ").replaceAll("[ \t]+", " ");
  }
}
