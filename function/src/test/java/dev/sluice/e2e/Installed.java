package dev.sluice.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Programs of this machine that a test cannot do without: where one is missing the test is
/// skipped, and in CI it fails.
final class Installed {
  private Installed() {}

  /// Whether everything has to be here.
  static boolean demanded() {
    return "true".equals(System.getenv("CI"));
  }

  /// A program, on `PATH` or where servers are, which are not on everybody's.
  static Optional<Path> find(String program) {
    Stream<String> path =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1));
    return Stream.concat(path, Stream.of("/usr/bin", "/usr/sbin", "/usr/local/sbin"))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// The program that [#need] was content with, as a word of a command.
  static String word(String program) {
    return find(program).orElseThrow(() -> new AssertionError(missing(program))).toString();
  }

  /// @throws AssertionError in CI, when one of them is missing
  /// @throws org.opentest4j.TestAbortedException elsewhere, which skips the test
  static void need(String... programs) {
    for (String program : programs) {
      if (find(program).isEmpty()) {
        if (demanded()) {
          throw new AssertionError(missing(program) + ", and CI can run this, so it must");
        }
        assumeTrue(false, missing(program));
      }
    }
  }

  private static String missing(String program) {
    return program + " is not installed";
  }
}
