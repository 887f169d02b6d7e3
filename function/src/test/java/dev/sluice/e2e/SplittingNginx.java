package dev.sluice.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// nginx that splits callers between versions by a file that it includes, which `scripts/` read and
/// write. The first version has all of them at the beginning.
final class SplittingNginx implements AutoCloseable {
  private final RunningNginx nginx;
  private final Path folder;
  private final int port;

  private SplittingNginx(RunningNginx nginx, Path folder, int port) {
    this.nginx = nginx;
    this.folder = folder;
    this.port = port;
  }

  /// Where each version answers.
  record Version(String name, int port) {}

  /// @param folder empty, for this alone
  static SplittingNginx between(List<Version> versions, Path folder) throws IOException {
    int port = RunningNginx.freePort();
    String servers =
        versions.stream()
            .map(
                each ->
                    "  server 127.0.0.1:%d max_fails=0%s; # version %s\n"
                        .formatted(
                            each.port(),
                            each.equals(versions.getFirst()) ? "" : " down",
                            each.name()))
            .collect(Collectors.joining());
    Files.createDirectory(folder.resolve("conf.d"));
    Files.writeString(
        file(folder), "upstream web {\n  zone web 64k;\n" + servers + "  keepalive 16;\n}\n");
    String configuration = RunningNginx.configuration(folder, http(folder, port));
    return new SplittingNginx(RunningNginx.reloadable(folder, configuration, port), folder, port);
  }

  private static String http(Path folder, int port) {
    return """
        # A reload closes idle connections, and no client asks twice when it has just used one.
        keepalive_timeout 0;
        include %s/conf.d/*;
        server {
          listen 127.0.0.1:%d;
          location / {
            proxy_pass http://web;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
          }
        }
        """
        .formatted(folder, port);
  }

  private static Path file(Path folder) {
    return folder.resolve("conf.d/web.conf");
  }

  int port() {
    return port;
  }

  /// What `scripts/` write.
  Path file() {
    return file(folder);
  }

  /// Another file that nginx includes.
  Path beside(String name) {
    return file().resolveSibling(name);
  }

  /// Where scripts find the controller that one of them runs; there while it does.
  Path controller() {
    return beside(".web.conf.sluice/controller");
  }

  ProcessHandle runningController() throws IOException {
    long pid = Long.parseLong(Files.readAllLines(controller()).get(2));
    return ProcessHandle.of(pid).orElseThrow();
  }

  /// The words of the file before a version's name.
  String line(String version) throws IOException {
    return Files.readAllLines(file()).stream()
        .filter(line -> line.endsWith("# version " + version))
        .findFirst()
        .orElseThrow();
  }

  RunningNginx nginx() {
    return nginx;
  }

  /// A script with this file as its target, to its end.
  Terminal.Ended run(String script, String... arguments) throws Exception {
    try (Terminal terminal = begin(script, arguments)) {
      return terminal.end();
    }
  }

  Terminal begin(String script, String... arguments) throws IOException {
    var command = new ArrayList<>(List.of(script, "--target", "nginx:" + file()));
    command.addAll(List.of(arguments));
    return Terminal.typing(
        folder,
        Map.of(
            "PATH", "/usr/bin:/bin",
            "JAVA_HOME", System.getProperty("java.home"),
            "SLUICE_BUILD", "off",
            "SLUICE_JAR_FILE", System.getProperty("sluice.jar"),
            "NGINX_COMMAND", String.join(" ", nginx.words())),
        command);
  }

  @Override
  public void close() {
    nginx.close();
  }
}
