package dev.sluice.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Prometheus' own checker, where it is installed. In CI it has to be.
record Promtool(Path program) {
  static Promtool installed() {
    Optional<Path> found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .map(folder -> Path.of(folder, "promtool"))
            .filter(Files::isExecutable)
            .findFirst();
    if ("true".equals(System.getenv("CI"))) {
      assertThat(found).as("promtool in CI").isPresent();
    }
    assumeTrue(found.isPresent(), "promtool is not installed (Debian: package prometheus)");
    return new Promtool(found.get());
  }

  /// What it says against expressions; empty when it understands all of them.
  String complaints(List<String> expressions) throws IOException, InterruptedException {
    var rules = new StringBuilder("groups:\n- name: expressions\n  rules:\n");
    for (int i = 0; i < expressions.size(); i++) {
      rules.append("  - record: expression:number_").append(i).append("\n    expr: '");
      rules.append(expressions.get(i).replace("'", "''")).append("'\n");
    }
    Path file = Files.createTempFile("expressions", ".yml");
    try {
      Files.writeString(file, rules);
      return complaints(new byte[0], "check", "rules", file.toString());
    } finally {
      Files.delete(file);
    }
  }

  /// What it says against its input or its file; empty when it is content.
  String complaints(byte[] input, String... arguments) throws IOException, InterruptedException {
    Path said = Files.createTempFile("promtool", ".txt");
    try {
      Process process =
          new ProcessBuilder(
                  Stream.concat(Stream.of(program.toString()), Stream.of(arguments)).toList())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      try (OutputStream standardInput = process.getOutputStream()) {
        standardInput.write(input);
      }
      int status = process.waitFor();
      String text = Files.readString(said, UTF_8);
      return status == 0 ? "" : "status " + status + ": " + text;
    } finally {
      Files.delete(said);
    }
  }
}
