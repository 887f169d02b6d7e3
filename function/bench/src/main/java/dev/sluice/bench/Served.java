package dev.sluice.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The packaged service in a process of its own, and what the kernel and the JVM say it uses.
record Served(Process process, int port) implements AutoCloseable {
  /// As in the container.
  static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-Xmx256m", "-XX:+ExitOnOutOfMemoryError");

  private static final long PATIENCE_NANOS = 120_000_000_000L;

  /// Starts the service and waits until it is ready.
  ///
  /// @param more environment variables beside those that every benchmark sets
  static Served start(Place place, Map<String, String> more)
      throws IOException, InterruptedException {
    int port = place.port();
    var command = new ArrayList<String>();
    command.add(place.java());
    command.addAll(FLAGS);
    command.addAll(List.of("-jar", place.jar().toString()));
    var builder = new ProcessBuilder(command);
    builder.environment().put("PORT", Integer.toString(port));
    builder.environment().put("HOST", "127.0.0.1");
    builder.environment().put("RATE_LIMIT_RPS", "0");
    builder.environment().put("MODEL_VB_PATH", place.model("vB.onnx").toString());
    builder.environment().put("MODELS_DIR", place.model("").toString());
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    builder.environment().put("DATA_DIR", place.scratch().resolve("data-" + port).toString());
    builder.environment().putAll(more);
    builder
        .redirectErrorStream(true)
        .redirectOutput(place.scratch().resolve("log-" + port).toFile());
    var served = new Served(builder.start(), port);
    served.awaitReady();
    return served;
  }

  private void awaitReady() throws IOException, InterruptedException {
    byte[] ready = "GET /ready HTTP/1.1\r\nHost: bench\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    long began = System.nanoTime();
    while (System.nanoTime() - began < PATIENCE_NANOS) {
      if (!process.isAlive()) {
        throw new IOException("the service has ended; its log is in function/bench/target/run");
      }
      try (var connection = new Connection(port)) {
        if (connection.ask(ready) == 200) {
          return;
        }
      } catch (IOException notYet) {
        // It does not listen yet.
      }
      Thread.sleep(100);
    }
    throw new IOException("the service did not get ready in two minutes");
  }

  Usage usage() {
    return new Usage(process.pid());
  }

  /// Bytes that the heap has given out so far, by the young generation's own count (`jstat -gc`):
  /// collections times the size of Eden, and what is in Eden now.
  double allocatedBytes(Place place) throws IOException, InterruptedException {
    var jstat =
        new ProcessBuilder(place.jstat(), "-gc", Long.toString(process.pid()))
            .redirectErrorStream(true)
            .start();
    List<String> lines = jstat.inputReader().lines().toList();
    jstat.waitFor();
    if (lines.size() < 2) {
      throw new IOException("jstat says " + lines);
    }
    List<String> names = List.of(lines.get(0).strip().split("\\s+"));
    String[] values = lines.get(1).strip().split("\\s+");
    double eden = Double.parseDouble(values[names.indexOf("EC")]);
    double used = Double.parseDouble(values[names.indexOf("EU")]);
    double collections = Double.parseDouble(values[names.indexOf("YGC")]);
    return (collections * eden + used) * 1024;
  }

  /// Sum of a counter's values on the metrics page, over the lines that mention a word; 0 when the
  /// page has no such counter.
  double meter(String name, String word) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      var page =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build(),
              HttpResponse.BodyHandlers.ofLines());
      return page.body()
          .filter(line -> line.startsWith(name) && line.contains(word))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException stopped) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
