package dev.sluice.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// nginx as one puts it before replicas: in turns, and on to the next one where a replica is gone.
/// Which one answered it says in `X-Replica`.
final class NginxProxy implements AutoCloseable {
  private final RunningNginx nginx;
  private final int port;

  private NginxProxy(RunningNginx nginx, int port) {
    this.nginx = nginx;
    this.port = port;
  }

  static NginxProxy before(List<Integer> replicas, Path folder) throws IOException {
    int port = RunningNginx.freePort();
    String configuration = RunningNginx.configuration(folder, text(replicas, port));
    return new NginxProxy(RunningNginx.alone(folder, configuration, port), port);
  }

  private static String text(List<Integer> replicas, int port) {
    String servers =
        replicas.stream()
            .map("  server 127.0.0.1:%d max_fails=1 fail_timeout=2s;\n"::formatted)
            .collect(Collectors.joining());
    return """
        upstream replicas {
        %s  keepalive 16;
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
        """
        .formatted(servers, port);
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    nginx.close();
  }
}
