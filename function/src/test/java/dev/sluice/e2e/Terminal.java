package dev.sluice.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A command of `scripts/` that somebody types in a terminal of its own. At the end of the block
/// that it is in it is told to end, where it has not.
///
/// @param out what it printed, results and progress
record Terminal(Process process, Path out) implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /// @param out what it printed, results and progress
  record Ended(int code, String out) {}

  /// @param folder where its output goes
  /// @param variables all that it knows
  static Terminal typing(Path folder, Map<String, String> variables, List<String> command)
      throws IOException {
    Path out = Files.createTempFile(folder, "terminal", ".txt");
    // Whoever runs these tests may ignore Ctrl-C, and what they start would, too.
    List<String> words = new ArrayList<>(List.of("setsid", "env", "--default-signal=INT"));
    words.add(RunningService.home().resolve("scripts").resolve(command.getFirst()).toString());
    words.addAll(command.subList(1, command.size()));
    var builder = new ProcessBuilder(words);
    builder.environment().clear();
    builder.environment().putAll(variables);
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .start();
    return new Terminal(process, out);
  }

  String said() throws IOException {
    return Files.readString(out);
  }

  /// Waits until it says something.
  MatchResult awaitSaid(Pattern words) throws IOException {
    await(() -> words.matcher(said()).find(), words.toString());
    Matcher matcher = words.matcher(said());
    if (!matcher.find()) {
      throw new AssertionError("ended without " + words + ": " + said());
    }
    return matcher.toMatchResult();
  }

  /// Waits until something is so, or the command has ended.
  void await(Poll.Question question, String what) {
    Poll.until(
        PATIENCE,
        () -> !process.isAlive() || question.holds(),
        () -> "waited in vain for " + what + ", see " + out);
  }

  /// What Ctrl-C does: all that runs in this terminal is told.
  void interrupt() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", "--", "-" + process.pid()).start().waitFor();
  }

  Ended end() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("does not end: " + said());
    }
    return new Ended(process.exitValue(), said());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException hurried) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
