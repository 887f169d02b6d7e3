package dev.sluice.docs;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The service as a process of its own, from the classes under test, on a free port.
final class RunningService implements AutoCloseable {
  private static final String SERVES_AT = "Sluice serves at ";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

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
    List<String> said = new ArrayList<>();
    try {
      Lines output = Lines.of(process);
      long until = Lines.after(PATIENCE);
      for (Optional<String> next = output.next(until);
          next.isPresent();
          next = output.next(until)) {
        String line = next.get();
        said.add(line);
        if (line.startsWith(SERVES_AT)) {
          output.ignore();
          return new RunningService(process, URI.create(line.substring(SERVES_AT.length())));
        }
      }
      throw new IOException("it ended");
    } catch (IOException failed) {
      process.destroyForcibly();
      throw new IOException("the service did not start: " + said, failed);
    }
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
