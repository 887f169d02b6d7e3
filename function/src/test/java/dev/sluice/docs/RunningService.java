package dev.sluice.docs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The service as a process of its own, from the classes under test, on a free port.
final class RunningService implements AutoCloseable {
  private static final String SERVES_AT = "Sluice serves at ";

  private final Process process;
  private final URI base;

  private RunningService(Process process, URI base) {
    this.process = process;
    this.base = base;
  }

  /// Returns when it is ready.
  static RunningService start(Map<String, String> settings, Path data) throws IOException {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.sluice.config.Main");
    builder.directory(Repository.root().toFile()).redirectErrorStream(true);
    builder.environment().put("PORT", "0");
    builder.environment().put("SLUICE_GREETING", "on");
    builder.environment().put("DRAIN_SECONDS", "0");
    builder.environment().put("DATA_DIR", data.toString());
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    builder.environment().putAll(settings);
    Process process = builder.start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    List<String> said = new ArrayList<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.add(line);
      if (line.startsWith(SERVES_AT)) {
        readAway(output);
        return new RunningService(process, URI.create(line.substring(SERVES_AT.length())));
      }
    }
    throw new IOException("the service did not start: " + said);
  }

  /// Whatever a process says from now on is thrown away, so that it never waits for a reader.
  /// Whoever ends the process ends this; closing the reader would wait for it.
  static void readAway(BufferedReader output) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                output.transferTo(Writer.nullWriter());
              } catch (IOException ended) {
                // The process is gone, and so is what it had to say.
              }
            });
  }

  URI at(String path) {
    return base.resolve(path);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException hurried) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
