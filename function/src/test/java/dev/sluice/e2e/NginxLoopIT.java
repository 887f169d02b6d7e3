package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The loop behind nginx, closed: the real nginx splits callers between two packaged instances and
/// one that fails half of its requests, and `scripts/release` judges them by their metrics and
/// moves
/// the weights.
class NginxLoopIT {
  private static final int PER_SECOND = 40;
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String[] MODEST = {
    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"
  };
  private static final String FAULT = "a fault that the test put there";
  private static final String PLAN =
      """
      {"steps": [50], "window_seconds": 10, "min_windows_total": 1, "min_windows_per_step": 1,
       "min_units_per_step": 50, "guards": [
         {"metric": "error_rate", "kind": "ratio", "harm": 1.5, "safe": 2, "floor": 0.05}]}
      """;

  @TempDir static Path folder;
  private static final List<RunningService> instances = new ArrayList<>();
  private static HttpServer faulty;
  private static Process nginx;
  private static Path configuration;
  private static Path file;
  private static Path plan;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        "true".equals(System.getenv("CI")) || NginxProxy.program().isPresent(),
        "nginx is not installed");
    for (int i = 0; i < 2; i++) {
      Path own = Files.createTempDirectory(folder, "instance");
      instances.add(RunningService.easy(own, Map.of(), MODEST));
    }
    faulty = faulty();
    port = NginxProxy.freePort();
    plan = Files.writeString(folder.resolve("plan.json"), PLAN);
    file = Files.createDirectory(folder.resolve("conf.d")).resolve("web.conf");
    Files.writeString(
        file,
        """
        upstream web {
          zone web 64k;
          server 127.0.0.1:%d max_fails=0; # version v1
          server 127.0.0.1:%d max_fails=0 down; # version v2
          server 127.0.0.1:%d max_fails=0 down; # version faulty
          keepalive 16;
        }
        """
            .formatted(
                instances.getFirst().port(),
                instances.getLast().port(),
                faulty.getAddress().getPort()));
    configuration = Files.writeString(folder.resolve("nginx.conf"), configuration());
    Path output = folder.resolve("nginx.txt");
    nginx =
        new ProcessBuilder(command())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    Poll.until(
        PATIENCE,
        () -> Files.exists(folder.resolve("nginx.pid")),
        () -> "nginx does not start, see " + output);
  }

  private static List<String> command() {
    return List.of(
        NginxProxy.program().orElseThrow().toString(),
        "-p",
        folder.toString(),
        "-e",
        folder.resolve("errors.txt").toString(),
        "-c",
        configuration.toString());
  }

  private static String configuration() {
    StringBuilder temporary = new StringBuilder();
    for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
      temporary.append("  %s_temp_path %s/%s;\n".formatted(kind, folder, kind));
    }
    return """
        %s
        daemon off;
        worker_processes 2;
        pid %s/nginx.pid;
        events { worker_connections 1024; }
        http {
          access_log off;
          # A reload closes idle connections, and no client asks twice when it has just used one.
          keepalive_timeout 0;
        %s
          include %s/conf.d/*;
          server {
            listen 127.0.0.1:%d;
            location / {
              proxy_pass http://web;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
            }
          }
        }
        """
        .formatted(
            // Workers of a root would be somebody who may not write here.
            "root".equals(System.getProperty("user.name")) ? "user root;" : "",
            folder,
            temporary,
            folder,
            port);
  }

  /// An instance of a release that fails half of its requests, and says so as every Sluice does.
  private static HttpServer faulty() throws IOException {
    var ok = new AtomicLong();
    var error = new AtomicLong();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          boolean fails = (ok.get() + error.get()) % 2 == 0;
          (fails ? error : ok).incrementAndGet();
          answer(exchange, fails ? 500 : 200, fails ? FAULT : "{}");
        });
    server.createContext(
        "/metrics",
        exchange ->
            answer(
                exchange,
                200,
                """
                app_prediction_latency_seconds_bucket{model="m",version="v",le="0.25"} %1$d
                app_prediction_latency_seconds_bucket{model="m",version="v",le="+Inf"} %1$d
                app_predictions_total{model="m",status="ok",version="v"} %2$d
                app_predictions_total{model="m",status="error",version="v"} %3$d
                app_predictions_total{model="m",status="timeout",version="v"} 0
                process_start_time_seconds 1
                """
                    .formatted(ok.get() + error.get(), ok.get(), error.get())));
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @AfterAll
  static void stop() throws Exception {
    if (nginx != null) {
      nginx.destroy();
      nginx.waitFor(20, TimeUnit.SECONDS);
      nginx.destroyForcibly();
    }
    if (faulty != null) {
      faulty.stop(0);
    }
    instances.forEach(RunningService::close);
  }

  /// @param out what it printed, results and progress
  private record Ended(int code, String out) {}

  private static Ended run(String script, String... arguments) throws Exception {
    Path out = Files.createTempFile(folder, script, ".txt");
    List<String> words = new ArrayList<>();
    words.add(RunningService.home().resolve("scripts").resolve(script).toString());
    words.addAll(List.of("--target", "nginx:" + file));
    words.addAll(List.of(arguments));
    var builder = new ProcessBuilder(words);
    var variables = new TreeMap<String, String>();
    variables.put("PATH", "/usr/bin:/bin");
    variables.put("JAVA_HOME", System.getProperty("java.home"));
    variables.put("SLUICE_BUILD", "off");
    variables.put("SLUICE_JAR_FILE", System.getProperty("sluice.jar"));
    variables.put("NGINX_COMMAND", String.join(" ", command()));
    builder.environment().clear();
    builder.environment().putAll(variables);
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .start();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroy();
      throw new AssertionError("does not end: " + Files.readString(out));
    }
    return new Ended(process.exitValue(), Files.readString(out));
  }

  private static String line(String version) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.endsWith("# version " + version))
        .findFirst()
        .orElseThrow();
  }

  /// One test: each part begins where the one before ended.
  @Test
  void rollsBackABadReleaseAndPromotesAGoodOneWithoutLosingARequest() throws Exception {
    String master = Files.readString(folder.resolve("nginx.pid"));
    String body = Pictures.body(Pictures.digit("digit-7.png"));
    try (var load = SteadyLoad.on(port, body, PER_SECOND, Map.of())) {
      Ended bad = run("release", "--version", "faulty", "--plan", plan.toString());

      assertThat(bad.code()).as(bad.out()).isEqualTo(5);
      assertThat(bad.out()).contains("error_rate proven worse");
      assertThat(line("faulty")).contains(" down;");
      assertThat(line("v1")).contains(" weight=10000;");
      assertThat(load.failed()).extracting(SteadyLoad.Sent::text).containsOnly(FAULT);
      int faults = load.failed().size();

      Ended good = run("release", "--version", "v2", "--plan", plan.toString());

      assertThat(good.code()).as(good.out()).isZero();
      assertThat(line("v1")).contains(" down;");
      assertThat(line("v2")).contains(" weight=10000;");

      Path broken = Files.writeString(folder.resolve("conf.d/other.conf"), "no_such_thing on;\n");
      String before = Files.readString(file);
      Ended refused = run("rollback", "--version", "v1", "--yes");

      assertThat(refused.code()).as(refused.out()).isEqualTo(1);
      assertThat(refused.out()).contains("unknown directive \"no_such_thing\"");
      assertThat(Files.readString(file)).isEqualTo(before);
      Files.delete(broken);
      Ended back = run("rollback", "--version", "v1", "--yes");

      assertThat(back.code()).as(back.out()).isZero();
      assertThat(line("v1")).contains(" weight=10000;");
      assertThat(run("status").out()).contains("v1").contains("100%");
      assertThat(run("history").code()).isEqualTo(3);
      assertThat(load.failed()).as("no request is lost over reloads").hasSize(faults);
    }
    assertThat(Files.readString(folder.resolve("nginx.pid"))).isEqualTo(master);
    assertThat(nginx.isAlive()).isTrue();
    assertThat(folder.resolve("conf.d/.web.conf.sluice/controller")).doesNotExist();
  }
}
