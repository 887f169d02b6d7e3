package dev.sluice.docs;

import java.util.ArrayList;
import java.util.List;

/// Commands of a document's `console` blocks, and what it shows as their output. A command goes on
/// in the next line where a shell would ask for more: after a backslash, or inside of quotes.
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
        steps.add(longer(steps.removeLast(), line));
      }
    }
    return new Console(List.copyOf(steps));
  }

  private static Step longer(Step step, String line) {
    if (step.output().isEmpty() && goesOn(step.command())) {
      return new Step(step.command() + "\n" + line, "");
    }
    return new Step(step.command(), step.output().isEmpty() ? line : step.output() + "\n" + line);
  }

  private static boolean goesOn(String command) {
    char quote = ' ';
    for (int i = 0; i < command.length(); i++) {
      char c = command.charAt(i);
      if (c == '\\' && quote != '\'') {
        i++;
      } else if (quote == ' ' && (c == '\'' || c == '"')) {
        quote = c;
      } else if (c == quote) {
        quote = ' ';
      }
    }
    return quote != ' ' || command.endsWith("\\");
  }
}
