package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `java -jar sluice.jar` in an environment of its own. Started by [#start], which returns when
/// `/ready` says yes; stopped by SIGTERM.
final class RunningService implements AutoCloseable {
  static final String ADMIN = "admin-token-of-the-tests";
  static final String VIEWER = "viewer-token-of-the-tests";

  /// Nothing is limited that a test does not want limited, and a stop is quick.
  static final Map<String, String> EASY =
      Map.of("RATE_LIMIT_RPS", "0", "ADMIN_TOKEN", ADMIN, "VIEWER_TOKEN", VIEWER);

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Pattern GREETING = Pattern.compile("Sluice serves at http://[^:]+:(\\d+)");
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Process process;
  private final Path output;
  private final int port;

  private RunningService(Process process, Path output, int port) {
    this.process = process;
    this.output = output;
    this.port = port;
  }

  /// A process that ended by itself.
  record Ended(int status, String output) {}

  /// A service with `EASY` settings, and these over them.
  static RunningService easy(Path folder, Map<String, String> more, String... jvm)
      throws IOException, InterruptedException {
    var environment = new TreeMap<>(EASY);
    environment.putAll(more);
    return start(folder, environment, jvm);
  }

  /// @param folder for the service's data and output
  static RunningService start(Path folder, Map<String, String> environment, String... jvm)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    Process process = launch(folder, output, environment, jvm);
    try {
      return started(process, output);
    } catch (AssertionError | IOException | InterruptedException failed) {
      process.destroyForcibly();
      throw failed;
    }
  }

  private static RunningService started(Process process, Path output)
      throws IOException, InterruptedException {
    Poll.until(
        PATIENCE,
        () -> !process.isAlive() || GREETING.matcher(Files.readString(output)).find(),
        () -> "no greeting: " + text(output));
    Matcher greeting = GREETING.matcher(Files.readString(output));
    assertThat(greeting.find()).as("greeting in: %s", Files.readString(output)).isTrue();
    var service = new RunningService(process, output, Integer.parseInt(greeting.group(1)));
    Poll.until(
        PATIENCE, () -> service.get("/ready").statusCode() == 200, () -> "never ready: " + output);
    return service;
  }

  /// Runs a service that is not expected to come up, to its end.
  static Ended failing(Path folder, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    Process process = launch(folder, output, environment);
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    assertThat(process.isAlive()).as("still running: %s", Files.readString(output)).isFalse();
    return new Ended(process.exitValue(), Files.readString(output));
  }

  private static Process launch(
      Path folder, Path output, Map<String, String> environment, String... jvm) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.io.tmpdir=" + folder);
    command.addAll(Arrays.asList(jvm));
    command.addAll(List.of("-jar", System.getProperty("sluice.jar")));
    var builder = new ProcessBuilder(command).directory(home().toFile());
    Map<String, String> variables = builder.environment();
    variables.clear();
    variables.putAll(
        Map.of(
            "PATH", "/usr/bin:/bin",
            "ORT_DISABLE_TELEMETRY", "1",
            "SLUICE_GREETING", "on",
            "PORT", "0",
            "DRAIN_SECONDS", "0",
            "DATA_DIR", folder.resolve("data").toString()));
    variables.putAll(environment);
    return builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
  }

  /// The folder that the service runs in, which holds `models`.
  static Path home() {
    return Path.of(System.getProperty("sluice.home")).toAbsolutePath().normalize();
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  String output() {
    return text(output);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException gone) {
      return "(no output: " + gone + ")";
    }
  }

  HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    return send("GET", path, "", headers);
  }

  HttpResponse<String> post(String path, String json, String... headers)
      throws IOException, InterruptedException {
    return send("POST", path, json, headers);
  }

  /// With the admin token.
  HttpResponse<String> operate(String method, String path, String json)
      throws IOException, InterruptedException {
    return send(method, path, json, "Authorization", "Bearer " + ADMIN);
  }

  HttpResponse<String> send(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(30))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  RawConnection connect() throws IOException {
    return RawConnection.to(port);
  }

  /// SIGTERM, and nothing waited for.
  void terminate() {
    process.destroy();
  }

  /// SIGKILL; returns when the process is gone.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Waits for the end; a JVM that was told to stop and did so ends with 0 or 143.
  void awaitEnd() {
    Poll.until(PATIENCE, () -> !process.isAlive(), () -> "runs after SIGTERM: " + output());
    assertThat(process.exitValue()).as(output()).isIn(0, 143);
  }

  @Override
  public void close() {
    terminate();
    try {
      awaitEnd();
    } finally {
      process.destroyForcibly();
    }
  }
}
