package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.SplittingNginx.Version;
import dev.sluice.e2e.Terminal.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
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
  private static final String[] MODEST = {
    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"
  };
  // A batch of this many takes A less than one millisecond, and C ten or more.
  private static final int PICTURES = 24;
  private static final String SLOW_MODEL = "models/digits/C/model.onnx";
  private static final String PLAN =
      """
      {"steps": [50], "window_seconds": 10, "min_windows_total": 1, "min_windows_per_step": %d,
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
  private static final Pattern ROLLOUT = Pattern.compile("rollout ([a-z0-9]+): v2 of");

  @TempDir static Path folder;
  private static final List<RunningService> instances = new ArrayList<>();

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
  }

  @AfterAll
  static void stop() {
    instances.forEach(RunningService::close);
  }

  private static SplittingNginx split() throws IOException {
    return SplittingNginx.between(
        List.of(
            new Version("v1", instances.get(0).port()),
            new Version("v2", instances.get(1).port()),
            new Version("slow", instances.get(2).port())),
        Files.createTempDirectory(folder, "nginx"));
  }

  private static SteadyLoad load(SplittingNginx split) throws IOException {
    String body = Pictures.batch(Collections.nCopies(PICTURES, Pictures.digit("digit-7.png")));
    return SteadyLoad.on(split.port(), body, PER_SECOND, Map.of());
  }

  private static String plan(String guards) throws IOException {
    return written(PLAN.formatted(1, guards));
  }

  /// One that no judge ends by a promotion.
  private static String endless() throws IOException {
    return written(PLAN.formatted(1000, ERRORS));
  }

  private static String written(String plan) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "plan", ".json"), plan).toString();
  }

  private static void assertAllHas(String version, SplittingNginx split) throws IOException {
    for (String each : List.of("v1", "v2", "slow")) {
      assertThat(split.line(each)).contains(each.equals(version) ? " weight=10000;" : " down;");
    }
    assertThat(split.controller()).doesNotExist();
  }

  /// Waits until the canary has its share, and says which rollout it is.
  private static String underWay(Terminal release, SplittingNginx split) throws IOException {
    String rollout = release.awaitSaid(ROLLOUT).group(1);
    release.await(() -> split.line("v2").contains(" weight=5000;"), "the canary's share");
    return rollout;
  }

  /// One test: each part begins where the one before ended.
  @Test
  void rollsBackABadReleaseAndPromotesAGoodOneWithoutLosingARequest() throws Exception {
    try (SplittingNginx split = split();
        SteadyLoad load = load(split)) {
      Ended bad = split.run("release", "--version", "slow", "--plan", plan(ERRORS + "," + SLOW));

      assertThat(bad.code()).as(bad.out()).isEqualTo(5);
      assertThat(bad.out()).contains("slower_than proven worse");
      assertAllHas("v1", split);

      Ended good = split.run("release", "--version", "v2", "--plan", plan(ERRORS));

      assertThat(good.code()).as(good.out()).isZero();
      assertAllHas("v2", split);

      Path broken = Files.writeString(split.beside("other.conf"), "no_such_thing on;\n");
      String before = Files.readString(split.file());
      Ended refused = split.run("rollback", "--version", "v1", "--yes");

      assertThat(refused.code()).as(refused.out()).isEqualTo(1);
      assertThat(refused.out()).contains("unknown directive \"no_such_thing\"");
      assertThat(Files.readString(split.file())).isEqualTo(before);
      Files.delete(broken);
      Ended back = split.run("rollback", "--version", "v1", "--yes");

      assertThat(back.code()).as(back.out()).isZero();
      assertAllHas("v1", split);
      assertThat(split.run("status").out()).contains("v1").contains("100%");
      assertThat(split.run("history").code()).isEqualTo(3);
      assertThat(load.failed()).as("no request is lost over reloads").isEmpty();
      assertThat(split.nginx().alive()).as("never started anew").isTrue();
    }
  }

  @Test
  void anotherTerminalLooksAndRollsBackWhileOneFollows() throws Exception {
    try (SplittingNginx split = split();
        SteadyLoad load = load(split);
        Terminal release = split.begin("release", "--version", "v2", "--plan", endless())) {
      String rollout = underWay(release, split);
      Ended status = split.run("status");
      Ended crossed = split.run("release", "--version", "slow", "--plan", endless());
      Ended back = split.run("rollback", "--yes");
      Ended ended = release.end();

      assertThat(status.code()).as(status.out()).isZero();
      assertThat(status.out()).contains(rollout, "v2", "50");
      assertThat(crossed.code()).as(crossed.out()).isEqualTo(3);
      assertThat(crossed.out()).contains("a rollout of v2 is active");
      assertThat(back.code()).as(back.out()).isZero();
      assertThat(ended.code()).as(ended.out()).isEqualTo(5);
      assertAllHas("v1", split);
      assertThat(load.failed()).isEmpty();
    }
  }

  /// One test, for the same reason.
  @Test
  void whoPressesCtrlCIsToldHowThingsAreAndGoesOnOrBack() throws Exception {
    try (SplittingNginx split = split();
        SteadyLoad load = load(split)) {
      String rollout;
      try (Terminal first = split.begin("release", "--version", "v2", "--plan", endless())) {
        rollout = underWay(first, split);
        ProcessHandle controller = split.runningController();
        first.interrupt();
        Ended stopped = first.end();

        assertThat(stopped.code()).as(stopped.out()).isEqualTo(130);
        assertThat(stopped.out())
            .contains(
                "nobody judges it from now on: v2 keeps 50 %, v1 the rest",
                "go on: scripts/release --target nginx:" + split.file() + " --version v2",
                "go back: scripts/rollback --target nginx:" + split.file());
        assertThat(controller.isAlive()).as("the controller is gone").isFalse();
        assertThat(split.controller()).doesNotExist();
        assertThat(split.line("v1")).contains(" weight=5000;");
        assertThat(split.line("v2")).contains(" weight=5000;");
      }

      try (Terminal second = split.begin("release", "--version", "v2", "--plan", endless())) {
        assertThat(underWay(second, split)).isEqualTo(rollout);
        assertThat(second.said()).contains("goes on with " + rollout);
        second.interrupt();
        assertThat(second.end().code()).as(second.said()).isEqualTo(130);
      }

      Ended back = split.run("rollback", "--yes");

      assertThat(back.code()).as(back.out()).isZero();
      assertThat(back.out()).contains("a rollout was left here");
      assertAllHas("v1", split);
      assertThat(load.failed()).as("no request is lost over reloads").isEmpty();
    }
  }
}
