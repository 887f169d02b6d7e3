package dev.sluice.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// nginx as one puts it before replicas: in turns, and on to the next one where a replica is gone.
/// Which one answered it says in `X-Replica`.
final class NginxProxy implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Process process;
  private final int port;

  private NginxProxy(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /// Where it is installed.
  static Optional<Path> program() {
    Stream<String> path = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1));
    return Stream.concat(path, Stream.of("/usr/sbin", "/usr/local/sbin"))
        .map(folder -> Path.of(folder, "nginx"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static NginxProxy before(List<Integer> replicas, Path folder) throws IOException {
    int port = freePort();
    Path configuration = folder.resolve("nginx.conf");
    Path output = folder.resolve("nginx.txt");
    Files.writeString(configuration, text(replicas, port, folder));
    // One process without a master: it neither becomes another user nor outlives the test.
    Process process =
        new ProcessBuilder(
                program().orElseThrow().toString(),
                "-p",
                folder.toString(),
                "-e",
                "stderr",
                "-c",
                configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    Poll.until(
        PATIENCE,
        () -> {
          new Socket(InetAddress.getLoopbackAddress(), port).close();
          return true;
        },
        () -> "nginx does not listen, see " + output);
    return new NginxProxy(process, port);
  }

  private static String text(List<Integer> replicas, int port, Path folder) {
    String servers =
        replicas.stream()
            .map("    server 127.0.0.1:%d max_fails=1 fail_timeout=2s;\n"::formatted)
            .collect(Collectors.joining());
    String temporary =
        Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            .map(kind -> "  %s_temp_path %s/%s;\n".formatted(kind, folder, kind))
            .collect(Collectors.joining());
    return """
        daemon off;
        master_process off;
        pid %s/nginx.pid;
        error_log stderr error;
        events { worker_connections 4096; }
        http {
          access_log off;
        %s
          upstream replicas {
        %s    keepalive 16;
          }
          server {
            listen 127.0.0.1:%d;
            location / {
              proxy_pass http://replicas;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_connect_timeout 1s;
              proxy_next_upstream error timeout http_503 non_idempotent;
              add_header X-Replica $upstream_addr always;
            }
          }
        }
        """
        .formatted(folder, temporary, servers, port);
  }

  /// A port that was free a moment ago.
  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  int port() {
    return port;
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
