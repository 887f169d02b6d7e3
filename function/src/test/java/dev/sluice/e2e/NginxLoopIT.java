package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The loop behind nginx, closed: the real nginx splits callers between packaged instances, two of
/// them alike and one with a model that takes many times as long, and `scripts/release` judges them
/// by their metrics and moves the weights.
class NginxLoopIT {
  private static final int PER_SECOND = 40;
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String[] MODEST = {
    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"
  };
  // A digit takes A a fraction of a millisecond, and C nine of them or more.
  private static final String SLOW_MODEL = "models/digits/C/model.onnx";
  private static final Pattern ROLLOUT = Pattern.compile("rollout ([a-z0-9]+): v2");
  private static final String PLAN =
      """
      {"steps": [50], "window_seconds": 10, "min_windows_total": 1, "min_windows_per_step": 1,
       "min_units_per_step": 50, "guards": [%s]}
      """;
  private static final String ERRORS =
      """
      {"metric": "error_rate", "kind": "ratio", "harm": 1.5, "safe": 2, "floor": 0.05}
      """;
  private static final String SLOW =
      """
      {"metric": "slower_than", "limit_ms": 5, "kind": "ratio", "harm": 1.2, "safe": 2, "floor": 0.05}
      """;

  @TempDir static Path folder;
  private static final List<RunningService> instances = new ArrayList<>();
  private static RunningNginx nginx;
  private static Path file;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    Installed.need("nginx", "jq", "curl", "flock", "setsid");
    for (Map<String, String> settings :
        List.of(
            Map.<String, String>of(),
            Map.<String, String>of(),
            Map.of("MODEL_VA_PATH", SLOW_MODEL, "MODEL_VB_PATH", SLOW_MODEL))) {
      Path own = Files.createTempDirectory(folder, "instance");
      instances.add(RunningService.easy(own, settings, MODEST));
    }
    port = RunningNginx.freePort();
    file = Files.createDirectory(folder.resolve("conf.d")).resolve("web.conf");
    Files.writeString(
        file,
        """
        upstream web {
          zone web 64k;
          server 127.0.0.1:%d max_fails=0; # version v1
          server 127.0.0.1:%d max_fails=0 down; # version v2
          server 127.0.0.1:%d max_fails=0 down; # version slow
          keepalive 16;
        }
        """
            .formatted(instances.get(0).port(), instances.get(1).port(), instances.get(2).port()));
    String configuration = RunningNginx.configuration(folder, http());
    nginx = RunningNginx.reloadable(folder, configuration, port);
  }

  private static String http() {
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

  @AfterAll
  static void stop() {
    if (nginx != null) {
      nginx.close();
    }
    instances.forEach(RunningService::close);
  }

  /// @param out what it printed, results and progress
  private record Ended(int code, String out) {}

  /// A command that runs in a terminal of its own.
  private record Running(Process process, Path out) {
    String said() throws IOException {
      return Files.readString(out);
    }

    void awaitSaid(String words) {
      Poll.until(
          PATIENCE,
          () -> said().contains(words) || !process.isAlive(),
          () -> "does not say " + words + ", see " + out);
    }

    /// What Ctrl-C does: all that runs in this terminal is told.
    void interrupt() throws Exception {
      new ProcessBuilder("kill", "-INT", "--", "-" + process.pid()).start().waitFor();
    }

    Ended end() throws Exception {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroy();
        throw new AssertionError("does not end: " + said());
      }
      return new Ended(process.exitValue(), said());
    }
  }

  private static Ended run(String script, String... arguments) throws Exception {
    return begin(script, arguments).end();
  }

  private static Running begin(String script, String... arguments) throws Exception {
    Path out = Files.createTempFile(folder, script, ".txt");
    // Whoever runs these tests may ignore Ctrl-C, and what they start would, too.
    List<String> words = new ArrayList<>(List.of("setsid", "env", "--default-signal=INT"));
    words.add(RunningService.home().resolve("scripts").resolve(script).toString());
    words.addAll(List.of("--target", "nginx:" + file));
    words.addAll(List.of(arguments));
    var builder = new ProcessBuilder(words);
    var variables = new TreeMap<String, String>();
    variables.put("PATH", "/usr/bin:/bin");
    variables.put("JAVA_HOME", System.getProperty("java.home"));
    variables.put("SLUICE_BUILD", "off");
    variables.put("SLUICE_JAR_FILE", System.getProperty("sluice.jar"));
    variables.put("NGINX_COMMAND", String.join(" ", nginx.words()));
    builder.environment().clear();
    builder.environment().putAll(variables);
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .start();
    return new Running(process, out);
  }

  private static String plan(String guards) throws IOException {
    Path file = Files.createTempFile(folder, "plan", ".json");
    return Files.writeString(file, PLAN.formatted(guards)).toString();
  }

  /// One that no judge ends.
  private static String endless() throws IOException {
    Path file = Files.createTempFile(folder, "plan", ".json");
    String plan = PLAN.formatted(ERRORS).replace("_per_step\": 1,", "_per_step\": 1000,");
    return Files.writeString(file, plan).toString();
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
      Ended bad = run("release", "--version", "slow", "--plan", plan(ERRORS + "," + SLOW));

      assertThat(bad.code()).as(bad.out()).isEqualTo(5);
      assertThat(bad.out()).contains("slower_than proven worse");
      assertThat(line("slow")).contains(" down;");
      assertThat(line("v1")).contains(" weight=10000;");

      Ended good = run("release", "--version", "v2", "--plan", plan(ERRORS));

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
      assertThat(load.failed()).as("no request is lost over reloads").isEmpty();
    }
    assertThat(Files.readString(folder.resolve("nginx.pid"))).isEqualTo(master);
    assertThat(nginx.alive()).isTrue();
    assertThat(controllerFile()).doesNotExist();
  }

  @Test
  void aPersonStopsItGoesOnAndRollsBackFromAnotherTerminal() throws Exception {
    String body = Pictures.body(Pictures.digit("digit-7.png"));
    try (var load = SteadyLoad.on(port, body, PER_SECOND, Map.of())) {
      Running first = begin("release", "--version", "v2", "--plan", endless());
      String rollout = underWay(first);
      ProcessHandle controller = controller();

      Ended status = run("status");
      Ended crossed = run("release", "--version", "slow", "--plan", endless());

      assertThat(status.code()).as(status.out()).isZero();
      assertThat(status.out()).contains(rollout, "v2", "50");
      assertThat(crossed.code()).as(crossed.out()).isEqualTo(3);
      assertThat(crossed.out()).contains("a rollout of v2 is active");

      first.interrupt();
      Ended stopped = first.end();

      assertThat(stopped.code()).as(stopped.out()).isEqualTo(130);
      assertThat(stopped.out())
          .contains(
              "nobody judges it from now on: v2 keeps 50 %, v1 the rest",
              "go on: scripts/release --target nginx:" + file + " --version v2",
              "go back: scripts/rollback --target nginx:" + file);
      assertThat(controller.isAlive()).as("the controller is gone").isFalse();
      assertThat(controllerFile()).doesNotExist();
      assertThat(line("v1")).contains(" weight=5000;");
      assertThat(line("v2")).contains(" weight=5000;");

      Running second = begin("release", "--version", "v2", "--plan", endless());
      second.awaitSaid("goes on with " + rollout);
      assertThat(underWay(second)).isEqualTo(rollout);
      Ended back = run("rollback", "--yes");
      Ended ended = second.end();

      assertThat(back.code()).as(back.out()).isZero();
      assertThat(ended.code()).as(ended.out()).isEqualTo(5);
      assertAllOnTheFirst();

      Running third = begin("release", "--version", "v2", "--plan", endless());
      underWay(third);
      third.interrupt();
      assertThat(third.end().code()).as(third.said()).isEqualTo(130);
      Ended alone = run("rollback", "--yes");

      assertThat(alone.code()).as(alone.out()).isZero();
      assertThat(alone.out()).contains("a rollout was left here");
      assertAllOnTheFirst();
      assertThat(load.failed()).as("no request is lost over reloads").isEmpty();
    }
    assertThat(nginx.alive()).isTrue();
  }

  private static Path controllerFile() {
    return folder.resolve("conf.d/.web.conf.sluice/controller");
  }

  private static ProcessHandle controller() throws IOException {
    return ProcessHandle.of(Long.parseLong(Files.readAllLines(controllerFile()).get(2)))
        .orElseThrow();
  }

  /// Waits until the canary has its share, and says which rollout it is.
  private static String underWay(Running release) throws Exception {
    release.awaitSaid("rollout ");
    Poll.until(
        PATIENCE,
        () -> line("v2").contains(" weight=5000;") || !release.process().isAlive(),
        () -> "the canary has no share, see " + release.out());
    Matcher rollout = ROLLOUT.matcher(release.said());
    assertThat(rollout.find()).as(release.said()).isTrue();
    return rollout.group(1);
  }

  private static void assertAllOnTheFirst() throws IOException {
    assertThat(line("v1")).contains(" weight=10000;");
    assertThat(line("v2")).contains(" down;");
    assertThat(controllerFile()).doesNotExist();
  }
}
