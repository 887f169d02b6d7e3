package dev.sluice.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// nginx before one instance, with its status page, and the exporter that makes metrics of it.
final class ExportedNginx implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Process nginx;
  private final Process exporter;
  private final int port;
  private final int metrics;

  private ExportedNginx(Process nginx, Process exporter, int port, int metrics) {
    this.nginx = nginx;
    this.exporter = exporter;
    this.port = port;
    this.metrics = metrics;
  }

  static ExportedNginx before(int instance, Path folder) throws IOException {
    int port = NginxProxy.freePort();
    int status = NginxProxy.freePort();
    int metrics = NginxProxy.freePort();
    Path configuration = folder.resolve("exported.conf");
    Files.writeString(configuration, text(folder, instance, port, status));
    Process nginx =
        start(
            folder.resolve("exported.txt"),
            "nginx",
            "-p",
            folder.toString(),
            "-e",
            "stderr",
            "-c",
            configuration.toString());
    Process exporter =
        start(
            folder.resolve("exporter.txt"),
            "prometheus-nginx-exporter",
            "-nginx.scrape-uri=http://127.0.0.1:" + status + "/",
            "-nginx.retries=20",
            "-web.listen-address=127.0.0.1:" + metrics);
    var exported = new ExportedNginx(nginx, exporter, port, metrics);
    Poll.until(
        PATIENCE,
        () -> page(metrics).contains("nginx_up 1"),
        () -> "the exporter does not see nginx, see " + folder);
    return exported;
  }

  private static Process start(Path output, String program, String... arguments)
      throws IOException {
    Path installed = RunningPrometheus.program(program).orElseThrow();
    return new ProcessBuilder(
            Stream.concat(Stream.of(installed.toString()), Stream.of(arguments)).toList())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private static String page(int port) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  private static String text(Path folder, int instance, int port, int status) {
    String temporary =
        Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            .map(kind -> "  %s_temp_path %s/exported_%s;\n".formatted(kind, folder, kind))
            .collect(Collectors.joining());
    return """
        daemon off;
        master_process off;
        pid %s/exported.pid;
        error_log stderr error;
        events { worker_connections 1024; }
        http {
          access_log off;
        %s
          server {
            listen 127.0.0.1:%d;
            location / { proxy_pass http://127.0.0.1:%d; }
          }
          server {
            listen 127.0.0.1:%d;
            location / { stub_status; }
          }
        }
        """
        .formatted(folder, temporary, port, instance, status);
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
    RunningPrometheus.end(nginx);
  }
}
