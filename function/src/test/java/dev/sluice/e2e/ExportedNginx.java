package dev.sluice.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;

/// nginx before one instance, with its status page, and the exporter that makes metrics of it.
final class ExportedNginx implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final RunningNginx nginx;
  private final Process exporter;
  private final int port;
  private final int metrics;

  private ExportedNginx(RunningNginx nginx, Process exporter, int port, int metrics) {
    this.nginx = nginx;
    this.exporter = exporter;
    this.port = port;
    this.metrics = metrics;
  }

  static ExportedNginx before(int instance, Path folder) throws IOException {
    int port = RunningNginx.freePort();
    int status = RunningNginx.freePort();
    int metrics = RunningNginx.freePort();
    String configuration = RunningNginx.configuration(folder, text(instance, port, status));
    RunningNginx nginx = RunningNginx.alone(folder, configuration, port);
    Process exporter =
        new ProcessBuilder(
                Installed.word("prometheus-nginx-exporter"),
                "-nginx.scrape-uri=http://127.0.0.1:" + status + "/",
                "-nginx.retries=20",
                "-web.listen-address=127.0.0.1:" + metrics)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("exporter.txt").toFile())
            .start();
    var exported = new ExportedNginx(nginx, exporter, port, metrics);
    try {
      Poll.until(
          PATIENCE,
          () -> page(metrics).contains("nginx_up 1"),
          () -> "the exporter does not see nginx, see " + folder);
    } catch (AssertionError failed) {
      exported.close();
      throw failed;
    }
    return exported;
  }

  private static String page(int port) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  private static String text(int instance, int port, int status) {
    return """
        server {
          listen 127.0.0.1:%d;
          location / { proxy_pass http://127.0.0.1:%d; }
        }
        server {
          listen 127.0.0.1:%d;
          location / { stub_status; }
        }
        """
        .formatted(port, instance, status);
  }

  int port() {
    return port;
  }

  /// Where Prometheus finds the exporter.
  int metrics() {
    return metrics;
  }

  @Override
  public void close() {
    RunningPrometheus.end(exporter);
    nginx.close();
  }
}
