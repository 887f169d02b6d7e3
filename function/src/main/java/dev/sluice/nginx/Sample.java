package dev.sluice.nginx;

import dev.sluice.control.Observations.Unreadable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A number in the text format of Prometheus, version 0.0.4:
/// `name{label="value",…} number [timestamp]`. The library that writes this format has no reader.
record Sample(String name, Map<String, String> labels, double value) {
  private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*+";
  private static final Pattern LINE =
      Pattern.compile(
          "(" + NAME + ")(?:\\{(.*)\\})?[ \\t]+(\\S++)(?:[ \\t]+-?[0-9]{1,19})?[ \\t]*");
  private static final Pattern LABEL =
      Pattern.compile(
          "\\G[ \\t]*([a-zA-Z_][a-zA-Z0-9_]*+)[ \\t]*=[ \\t]*\"((?:[^\"\\\\]|\\\\.)*+)\"[ \\t]*(,|$)");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?");

  Sample {
    labels = Map.copyOf(labels);
  }

  /// Reads a whole page.
  ///
  /// @throws Unreadable where a line is none, or a number comes twice
  static List<Sample> all(String text) throws Unreadable {
    List<Sample> samples = new ArrayList<>();
    Set<Map.Entry<String, Map<String, String>>> seen = new HashSet<>();
    for (String line : text.split("\n", -1)) {
      String stripped = line.strip();
      if (stripped.isEmpty() || stripped.startsWith("#")) {
        continue;
      }
      Sample sample = of(stripped);
      if (!seen.add(Map.entry(sample.name, sample.labels))) {
        throw wrong("comes twice", stripped);
      }
      samples.add(sample);
    }
    return samples;
  }

  private static Sample of(String line) throws Unreadable {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw wrong("is no sample", line);
    }
    String labels = parts.group(2);
    return new Sample(
        parts.group(1),
        labels == null ? Map.of() : labels(labels, line),
        number(parts.group(3), line));
  }

  private static Map<String, String> labels(String text, String line) throws Unreadable {
    Map<String, String> labels = new TreeMap<>();
    Matcher label = LABEL.matcher(text);
    int end = 0;
    while (end < text.length() && label.find()) {
      end = label.end();
      if (labels.put(label.group(1), unescaped(label.group(2))) != null) {
        throw wrong("has a label twice", line);
      }
    }
    if (!text.substring(end).isBlank()) {
      throw wrong("has labels that are none", line);
    }
    return labels;
  }

  private static String unescaped(String text) {
    return text.replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
  }

  private static double number(String text, String line) throws Unreadable {
    return switch (text) {
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      case "NaN", "Nan" -> Double.NaN;
      default -> {
        if (!NUMBER.matcher(text).matches()) {
          throw wrong("has no number", line);
        }
        yield Double.parseDouble(text);
      }
    };
  }

  private static Unreadable wrong(String what, String line) {
    return new Unreadable(
        "a line of its metrics %s: %s"
            .formatted(what, line.length() <= 100 ? line : line.substring(0, 100) + "…"));
  }
}
