package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The scripts for rollouts against the packaged service: what they send is what it takes, and what
/// it answers they can show. What the judge decides is for other tests: nobody calls the model
/// here, so that a rollout goes where a person sends it.
class ScriptsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern ROLLOUT = Pattern.compile("rollout ([a-z0-9]+):");

  @TempDir static Path folder;
  private static RunningService service;

  @BeforeAll
  static void start() throws Exception {
    Installed.need("jq", "curl");
    service = RunningService.easy(folder, Map.of());
  }

  @AfterAll
  static void stop() {
    if (service != null) {
      service.close();
    }
  }

  /// @param out what it printed, results and progress
  private record Ended(int code, String out) {}

  private record Started(Process process, Path out) {
    Ended end() throws IOException, InterruptedException {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("does not end: " + Files.readString(out));
      }
      return new Ended(process.exitValue(), Files.readString(out));
    }
  }

  private static Ended run(String script, String... arguments)
      throws IOException, InterruptedException {
    return begin(RunningService.ADMIN, script, arguments).end();
  }

  private static Started begin(String token, String script, String... arguments)
      throws IOException {
    Path out = Files.createTempFile(folder, script, ".txt");
    List<String> command = new ArrayList<>();
    command.add(RunningService.home().resolve("scripts").resolve(script).toString());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    Map<String, String> variables = builder.environment();
    variables.clear();
    variables.putAll(
        Map.of(
            "PATH",
            "/usr/bin:/bin",
            "ADMIN_TOKEN",
            token,
            "SLUICE_ACTOR",
            "pipeline",
            "SLUICE_TARGET",
            "http://127.0.0.1:" + service.port()));
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(out.toFile())
            .start();
    return new Started(process, out);
  }

  /// Starts a rollout of B.
  private static String release() throws Exception {
    Ended released = run("release", "--model", "digits", "--version", "B", "--window", "10");
    assertThat(released.code()).as(released.out()).isZero();
    String rollout = rollout(released.out());
    Poll.until(PATIENCE, () -> running(rollout), () -> "never runs: " + rollout);
    return rollout;
  }

  private static String rollout(String out) {
    Matcher rollout = ROLLOUT.matcher(out);
    assertThat(rollout.find()).as("names the rollout: %s", out).isTrue();
    return rollout.group(1);
  }

  private static boolean running(String rollout) throws Exception {
    return run("status", rollout).out().startsWith("digits  running");
  }

  @Test
  void leadsARolloutFromItsStartToItsEnd() throws Exception {
    String rollout = release();

    Ended status = run("status", "--model", "digits");
    assertThat(status.code()).as(status.out()).isZero();
    assertThat(status.out())
        .contains("digits  running  step 1/4 at 1%")
        .contains("├─ versions", "A  stable", "B  canary", "latency_p95", "error_rate")
        .contains("└─ history", "by pipeline");
    Ended json = run("status", rollout, "--output", "json");
    assertThat(JSON.readTree(json.out()).path("id").asText()).isEqualTo(rollout);

    Ended explained = run("explain", rollout);
    assertThat(explained.code()).as(explained.out()).isZero();
    assertThat(explained.out()).contains("GUARD", "latency_p95", "error_rate");

    Ended paused = run("pause", "--reason", "a look at \"the\" logs", "--yes");
    assertThat(paused.code()).as(paused.out()).isZero();
    assertThat(paused.out()).contains("paused by pipeline").contains("a look at \"the\" logs");
    Ended again = run("release", "--version", "B");
    assertThat(again.code()).as(again.out()).isEqualTo(3);
    assertThat(again.out()).contains(rollout);

    Ended resumed = run("resume", "--yes");
    assertThat(resumed.code()).as(resumed.out()).isZero();
    assertThat(resumed.out()).startsWith("digits  running");

    Ended back = run("rollback", rollout, "--reason", "enough", "--yes");
    assertThat(back.code()).as(back.out()).isZero();
    assertThat(back.out()).contains("rolled back by pipeline");
    Ended twice = run("resume", rollout, "--yes");
    assertThat(twice.code()).as(twice.out()).isEqualTo(3);

    Ended history = run("history", "--model", "digits");
    assertThat(history.code()).as(history.out()).isZero();
    assertThat(history.out().lines().findFirst().orElse(""))
        .contains("running → rolled back", "by pipeline", "enough");
  }

  @Test
  void aReleaseThatWaitsEndsAsTheRolloutEnds() throws Exception {
    Started waiting = begin(RunningService.ADMIN, "release", "--version", "B", "--wait");
    Poll.until(
        PATIENCE,
        () -> {
          String out = Files.readString(waiting.out());
          return ROLLOUT.matcher(out).find() && running(rollout(out));
        },
        () -> "never runs: " + waiting);
    Started watching = begin(RunningService.ADMIN, "watch");

    Ended back = run("rollback", "--reason", "customers complain", "--yes");
    assertThat(back.code()).as(back.out()).isZero();

    Ended ended = waiting.end();
    assertThat(ended.code()).as(ended.out()).isEqualTo(5);
    assertThat(ended.out())
        .contains("rolled back by pipeline after", "customers complain")
        .contains("traffic is 100 % A. Record: /admin/rollouts/");
    Ended watched = watching.end();
    assertThat(watched.code()).as(watched.out()).isIn(3, 5);
  }

  @Test
  void skippingTheProofPromotesAndIsKeptAsUnproven() throws Exception {
    Ended dry = run("release", "--version", "sms-does-not-have-it", "--dry-run");
    assertThat(dry.code()).as(dry.out()).isEqualTo(2);
    assertThat(dry.out()).contains("digits has no version sms-does-not-have-it");

    Ended promoted =
        run(
            "release",
            "--model",
            "sms",
            "--version",
            "v2",
            "--skip-proof",
            "--reason",
            "hot fix",
            "--yes",
            "--wait");

    assertThat(promoted.code()).as(promoted.out()).isZero();
    assertThat(promoted.out()).contains("unproven: hot fix").contains("traffic is 100 % v2.");
  }

  @Test
  void aPlanThatCannotWorkIsToldFaultByFault() throws Exception {
    Path plan = Files.createTempFile(folder, "plan", ".json");
    Files.writeString(
        plan, "{\"steps\": [50, 10], \"guards\": [{\"metric\": \"luck\"}], \"x\": 1}");

    Ended refused = run("release", "--version", "B", "--plan", plan.toString());

    assertThat(refused.code()).as(refused.out()).isEqualTo(2);
    assertThat(refused.out())
        .contains("/steps/1: shares must grow")
        .contains("  /guards/0")
        .contains("  /x");
  }

  @Test
  void aDryRunWritesNothing() throws Exception {
    String before = run("history", "--output", "json").out();

    Ended dry = run("release", "--model", "sentence", "--version", "v2", "--dry-run");

    assertThat(dry.code()).as(dry.out()).isZero();
    assertThat(dry.out())
        .startsWith("curl -X POST http://127.0.0.1:")
        .contains("# sentence: v2 against v1, in steps of 1%, 5%, 25%, 50%");
    assertThat(run("history", "--output", "json").out()).isEqualTo(before);
    assertThat(run("status", "--model", "sentence").out()).startsWith("no rollout is active");
  }

  @Test
  void aWrongTokenIsToldFromEverythingElse() throws Exception {
    Ended refused = begin("not-the-token-of-this-one", "status").end();

    assertThat(refused.code()).as(refused.out()).isEqualTo(4);
  }
}
