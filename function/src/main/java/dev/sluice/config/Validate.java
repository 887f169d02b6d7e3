package dev.sluice.config;

import dev.sluice.api.Examined;
import dev.sluice.api.ExaminedJson;
import dev.sluice.inference.Signature;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Tries a model file before anybody serves it: `FILE [--like FILE] [--output text|json]`. See
/// `scripts/models --help`.
public final class Validate {
  /// First argument of the process that does it: no other is started.
  static final String INSIDE = "--inside";

  static final int FINE = 0;
  static final int REFUSED = 1;
  static final int WRONG_USE = 2;

  private static final String USAGE =
      """
      Usage: validate FILE [--like FILE] [--output text|json]

      Tries a model file in a process of its own, with VALIDATION_MEMORY_MB of memory (2048) and 30 seconds: loads it, runs it
      on made-up rows, and asks whether its answers can be answers.

        --like FILE     a version in whose place it must fit: the same inputs, outputs and labels
        --output FORM   text (default) or json

      Ends with 0 when the file can be served, 1 when it is refused, 2 for wrong use.
      """;

  private final PrintStream out;
  private final PrintStream errors;

  Validate(PrintStream out, PrintStream errors) {
    this.out = out;
    this.errors = errors;
  }

  /// How the result is shown.
  private enum Form {
    TEXT,
    JSON
  }

  /// What was asked for.
  private record Asked(List<Path> files, Optional<Path> like, Form form, List<String> faults) {}

  /// Ends with 0 fine, 1 refused, 2 wrong use.
  public static void main(String[] arguments) {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    int status = new Validate(out, System.err).run(List.of(arguments));
    // Threads of a model that does not end must not hold this up.
    Runtime.getRuntime().halt(status);
  }

  int run(List<String> arguments) {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      out.print(USAGE);
      return FINE;
    }
    boolean inside = arguments.stream().findFirst().filter(INSIDE::equals).isPresent();
    Asked asked = asked(inside ? arguments.subList(1, arguments.size()) : arguments);
    if (asked.files().size() != 1 && asked.faults().isEmpty()) {
      asked.faults().add("one file is needed");
    }
    Optional<Integer> memory = memory();
    if (memory.isEmpty()) {
      asked
          .faults()
          .add("VALIDATION_MEMORY_MB must be a " + SettingsTable.VALIDATION_MEMORY_MB.bounds());
    }
    if (!asked.faults().isEmpty()) {
      errors.println("validate: " + asked.faults().getFirst() + " (see --help)");
      return WRONG_USE;
    }
    Path file = asked.files().getFirst();
    if (inside) {
      out.println(ExaminedJson.line(Examination.of(file, asked.like())));
      return FINE;
    }
    Examined examined =
        new Confinement(memory.orElseThrow(), Confinement.PATIENCE).examine(file, asked.like());
    print(examined, asked.form(), file);
    return examined.valid() ? FINE : REFUSED;
  }

  private static Asked asked(List<String> arguments) {
    var asked = new ArrayList<Path>();
    var faults = new ArrayList<String>();
    Optional<Path> like = Optional.empty();
    Form form = Form.TEXT;
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      String value = i + 1 < arguments.size() ? arguments.get(i + 1) : "";
      switch (argument) {
        case "--like" -> {
          like = path(value, faults);
          i++;
        }
        case "--json" -> form = Form.JSON;
        case "--output" -> {
          switch (value) {
            case "text" -> form = Form.TEXT;
            case "json" -> form = Form.JSON;
            default -> faults.add("--output must be text or json");
          }
          i++;
        }
        default -> {
          if (argument.startsWith("-")) {
            faults.add("unknown argument: " + argument);
          } else {
            path(argument, faults).ifPresent(asked::add);
          }
        }
      }
    }
    return new Asked(asked, like, form, faults);
  }

  private static Optional<Path> path(String text, List<String> faults) {
    try {
      if (!text.isEmpty()) {
        return Optional.of(Path.of(text));
      }
    } catch (InvalidPathException wrong) {
      faults.add("not a path: " + text);
    }
    faults.add("a file is needed");
    return Optional.empty();
  }

  private static Optional<Integer> memory() {
    Setting<Integer> setting = SettingsTable.VALIDATION_MEMORY_MB;
    String text = Optional.ofNullable(System.getenv(setting.variable())).orElse(setting.fallback());
    try {
      return Optional.of(setting.parser().parse(text));
    } catch (Setting.Refused refused) {
      return Optional.empty();
    }
  }

  private void print(Examined examined, Form form, Path file) {
    switch (form) {
      case JSON -> out.println(ExaminedJson.line(examined));
      case TEXT -> {
        out.println(file + ": " + (examined.valid() ? "can be served" : "refused"));
        examined.faults().forEach(fault -> out.println("  fault   " + fault));
        examined.digest().ifPresent(digest -> out.println("  sha256  " + digest));
        examined.task().ifPresent(task -> out.println("  task    " + task));
        examined
            .signature()
            .ifPresent(
                signature -> {
                  signature.inputs().forEach(port -> out.println("  input   " + described(port)));
                  signature.outputs().forEach(port -> out.println("  output  " + described(port)));
                });
      }
    }
  }

  private static String described(Signature.Port port) {
    return port.name() + " " + port.type().name().toLowerCase(Locale.ROOT) + port.shape();
  }
}
