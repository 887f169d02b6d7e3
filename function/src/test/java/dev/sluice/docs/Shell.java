package dev.sluice.docs;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A bash that somebody types into: variables and files stay from one command to the next. Used by
/// one thread.
final class Shell implements AutoCloseable {
  private static final String DONE = "::done::";

  private final Process process;
  private final BufferedWriter input;
  private final BufferedReader output;

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
    output = process.inputReader(StandardCharsets.UTF_8);
  }

  /// What a command says, without the end of its last line.
  ///
  /// @throws IOException when it ends with another code than 0
  String type(String command) throws IOException {
    input.write("{ " + command + "\n} < /dev/null\nprintf '\\n" + DONE + "%s\\n' $?\n");
    input.flush();
    List<String> lines = new ArrayList<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
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
