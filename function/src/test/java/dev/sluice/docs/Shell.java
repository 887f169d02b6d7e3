package dev.sluice.docs;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A bash that somebody types into: variables and files stay from one command to the next. Used by
/// one thread.
final class Shell implements AutoCloseable {
  private static final String DONE = "::done::";
  // A command may follow a rollout to its end.
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Process process;
  private final BufferedWriter input;
  private final Lines output;

  Shell(Path folder) throws IOException {
    this(folder, Map.of());
  }

  /// What it says, and what it complains about, come in the order in which a person would see them.
  Shell(Path folder, Map<String, String> environment) throws IOException {
    var builder = new ProcessBuilder("bash").directory(folder.toFile());
    builder.environment().putAll(environment);
    process =
        environment.isEmpty()
            ? builder.redirectError(ProcessBuilder.Redirect.INHERIT).start()
            : builder.redirectErrorStream(true).start();
    input = process.outputWriter(StandardCharsets.UTF_8);
    output = Lines.of(process);
  }

  /// What a command says, without the end of its last line.
  ///
  /// @throws IOException when it ends with another code than 0, or not at all
  String type(String command) throws IOException {
    input.write("{ " + command + "\n} < /dev/null\nprintf '\\n" + DONE + "%s\\n' $?\n");
    input.flush();
    List<String> lines = new ArrayList<>();
    long until = Lines.after(PATIENCE);
    for (Optional<String> next = output.next(until); next.isPresent(); next = output.next(until)) {
      String line = next.get();
      if (line.equals(DONE + "0")) {
        return String.join("\n", lines).stripTrailing();
      }
      if (line.startsWith(DONE)) {
        throw new IOException(
            command + "\nended with " + line.substring(DONE.length()) + "\n" + lines);
      }
      lines.add(line);
    }
    throw new IOException("the shell ended at " + command);
  }

  @Override
  public void close() throws IOException {
    input.close();
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
