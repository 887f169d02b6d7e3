package dev.sluice.backtest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A table of figures, as it stands in a document.
final class Markdown {
  private final List<String> lines = new ArrayList<>();

  Markdown(String... headings) {
    row(headings);
    lines.add("|" + " --- |".repeat(headings.length));
  }

  void row(String... cells) {
    lines.add("| " + String.join(" | ", cells) + " |");
  }

  List<String> lines() {
    return List.copyOf(lines);
  }

  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * fraction);
  }

  static String count(double value) {
    // Rounded first: -0.3 is 0, not -0.
    return Double.isInfinite(value)
        ? "not reached"
        : String.format(Locale.ROOT, "%,d", Math.round(value));
  }
}
