package dev.sluice.docs;

import java.util.ArrayList;
import java.util.List;

/// Commands of a document's `console` blocks, and what it shows as their output.
record Console(List<Step> steps) {
  private static final String PROMPT = "$ ";

  /// @param output the lines below the command, without the last line's end
  record Step(String command, String output) {}

  static Console of(String markdown) {
    var steps = new ArrayList<Step>();
    boolean inside = false;
    for (String line : markdown.lines().toList()) {
      if (line.equals("```console")) {
        inside = true;
      } else if (line.equals("```")) {
        inside = false;
      } else if (inside && line.startsWith(PROMPT)) {
        steps.add(new Step(line.substring(PROMPT.length()), ""));
      } else if (inside) {
        Step last = steps.removeLast();
        String output = last.output().isEmpty() ? line : last.output() + "\n" + line;
        steps.add(new Step(last.command(), output));
      }
    }
    return new Console(List.copyOf(steps));
  }
}
