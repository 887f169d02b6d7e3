package dev.sluice.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The nginx of this machine with a configuration of the test's own. What it says is in
/// `nginx.txt` of its folder, which it needs for itself.
final class RunningNginx implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Process process;
  private final Path folder;

  private RunningNginx(Process process, Path folder) {
    this.process = process;
    this.folder = folder;
  }

  /// One process without a master: it neither becomes another user nor outlives the test, and it
  /// cannot be reloaded.
  ///
  /// @param port which it listens at when it is there
  static RunningNginx alone(Path folder, String configuration, int port) throws IOException {
    return start(folder, configuration, port, "-g", "master_process off;");
  }

  /// A master and its workers, which take a new configuration when they are told to.
  static RunningNginx reloadable(Path folder, String configuration, int port) throws IOException {
    return start(folder, configuration, port);
  }

  private static RunningNginx start(Path folder, String configuration, int port, String... more)
      throws IOException {
    Files.writeString(folder.resolve("nginx.conf"), configuration);
    Path output = folder.resolve("nginx.txt");
    var words = new ArrayList<>(words(folder));
    words.addAll(List.of(more));
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    var nginx = new RunningNginx(process, folder);
    try {
      Poll.until(
          PATIENCE,
          () -> !process.isAlive() || listens(port),
          () -> "nginx does not listen, see " + output);
      if (!process.isAlive()) {
        throw new AssertionError("nginx does not start: " + Files.readString(output));
      }
    } catch (AssertionError | IOException failed) {
      nginx.close();
      throw failed;
    }
    return nginx;
  }

  private static boolean listens(int port) throws IOException {
    new Socket(InetAddress.getLoopbackAddress(), port).close();
    return true;
  }

  private static List<String> words(Path folder) {
    return List.of(
        Installed.word("nginx"),
        "-p",
        folder.toString(),
        "-e",
        "stderr",
        "-c",
        folder.resolve("nginx.conf").toString());
  }

  /// A whole configuration that writes nowhere but into the folder.
  ///
  /// @param http what stands in its block of that name
  static String configuration(Path folder, String http) {
    String temporary =
        Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            .map(kind -> "  %s_temp_path %s/%s;\n".formatted(kind, folder, kind))
            .collect(Collectors.joining());
    return """
        %s
        daemon off;
        worker_processes 2;
        pid %s/nginx.pid;
        error_log stderr error;
        events { worker_connections 4096; }
        http {
          access_log off;
        %s%s}
        """
        .formatted(
            // Workers of a root would be somebody who may not write here.
            "root".equals(System.getProperty("user.name")) ? "user root;" : "",
            folder,
            temporary,
            http.indent(2));
  }

  /// A port that was free a moment ago.
  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// How this one is called, before what is asked of it.
  List<String> words() {
    return words(folder);
  }

  /// The process id of the one that all others belong to.
  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
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
