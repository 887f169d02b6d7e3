package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The figures of a run, by part, and under which conditions they were taken.
record Report(List<String> conditions, Map<String, List<Figure>> parts) {
  private static final String BEGIN = "<!-- bench:begin -->";
  private static final String END = "<!-- bench:end -->";

  String plain() {
    var lines = new ArrayList<>(conditions);
    parts.forEach(
        (part, figures) -> {
          lines.add("");
          lines.add(part);
          for (Figure figure : figures) {
            lines.add(
                String.format(
                        "  %-58s %14s  %-18s %s",
                        figure.what(), figure.shown(), figure.target(), figure.verdict())
                    .stripTrailing());
          }
        });
    return String.join("\n", lines) + "\n";
  }

  String json() {
    String all =
        parts.entrySet().stream()
            .map(
                part ->
                    quoted(part.getKey())
                        + ": [\n"
                        + part.getValue().stream()
                            .map(Report::json)
                            .collect(Collectors.joining(",\n"))
                        + "\n  ]")
            .collect(Collectors.joining(",\n  "));
    String under = conditions.stream().map(Report::quoted).collect(Collectors.joining(", "));
    return "{\n  \"conditions\": [" + under + "],\n  " + all + "\n}\n";
  }

  private static String json(Figure figure) {
    String value = Double.isFinite(figure.value()) ? Double.toString(figure.value()) : "null";
    return "    {\"what\": "
        + quoted(figure.what())
        + ", \"value\": "
        + value
        + ", \"unit\": "
        + quoted(figure.unit())
        + ", \"target\": "
        + quoted(figure.target())
        + ", \"verdict\": "
        + quoted(figure.verdict())
        + "}";
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /// Puts the tables between the two marks of a page; at its end, with the marks, if it has none.
  void into(Path page) throws IOException {
    String text = Files.exists(page) ? Files.readString(page) : "# Performance\n";
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    String changed =
        begin >= 0 && end > begin
            ? text.substring(0, begin + BEGIN.length()) + "\n" + tables() + text.substring(end)
            : text.stripTrailing() + "\n\n" + BEGIN + "\n" + tables() + END + "\n";
    Files.createDirectories(page.getParent());
    Files.writeString(page, changed);
  }

  private String tables() {
    var lines = new ArrayList<String>();
    conditions.forEach(line -> lines.add(line + "  "));
    parts.forEach(
        (part, figures) -> {
          lines.addAll(List.of("", "### " + part, ""));
          lines.addAll(List.of("| What | Measured | Target | |", "|---|---:|---|---|"));
          for (Figure figure : figures) {
            lines.add(
                "| "
                    + String.join(
                        " | ", figure.what(), figure.shown(), figure.target(), figure.verdict())
                    + " |");
          }
        });
    return String.join("\n", lines) + "\n";
  }
}
