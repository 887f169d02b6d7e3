package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.e2e.SteadyLoad.Sent;
import dev.sluice.store.Postgres;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A service whose PostgreSQL cannot be reached for a while.
///
/// `-Dsluice.away=300` keeps it away for five minutes.
class StoreAwayIT {
  private static final int PER_SECOND = 20;
  private static final Duration AWAY = Duration.ofSeconds(Integer.getInteger("sluice.away", 20));
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration WINDOW = Duration.ofSeconds(10);
  // A share that stays, whatever is proven.
  private static final String LASTING =
      """
      {"version": "B", "start": true, "steps": [25], "window_seconds": 10,
       "min_windows_per_step": 1000, "units": "request", "guards": [
         {"metric": "error_rate", "kind": "ratio", "harm": 1.5, "safe": 2, "floor": 0.02}]}
      """;
  // So many digits take C ten times the computing that they take A, on any machine.
  private static final String SLOW =
      """
      {"version": "C", "start": true, "steps": [25], "window_seconds": 10,
       "min_windows_per_step": 1000, "units": "request", "guards": [
         {"metric": "latency_p50", "kind": "percentage", "tolerance": 1}]}
      """;

  @TempDir static Path folder;
  private static CutLine line;
  private static RunningService service;
  private static Operated operated;
  private static String one;
  private static String many;

  @BeforeAll
  static void start() throws Exception {
    String store = Postgres.emptyDatabase();
    int port = URI.create(store).getPort();
    line = CutLine.to(port);
    one = Pictures.body(Pictures.digit("digit-7.png"));
    many = Pictures.batch(Collections.nCopies(64, Pictures.digit("digit-7.png")));
    service =
        RunningService.easy(
            folder,
            Map.of(
                "STORE_URL", store.replace(":" + port + "/", ":" + line.port() + "/"),
                "TICK_SECONDS", "1",
                "AB_WEIGHT_A", "1",
                "AB_WEIGHT_B", "0"),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC");
    operated = new Operated(service);
  }

  @AfterAll
  static void stop() throws Exception {
    line.close();
    service.close();
  }

  @AfterEach
  void mend() throws Exception {
    line.become(CutLine.State.WHOLE);
    Poll.until(PATIENCE, StoreAwayIT::answers, () -> "the store does not come back");
    operated.rollBackAll();
  }

  private static boolean answers() throws Exception {
    return service.operate("GET", "/admin/config", "").statusCode() == 200
        && service.get("/metrics").body().lines().anyMatch("sluice_store_up 1.0"::equals);
  }

  private static String begun(String plan, String canary) throws Exception {
    String rollout = operated.release(plan);
    Poll.until(PATIENCE, () -> operated.routed(canary) == 0.25, () -> "does not begin");
    return rollout;
  }

  @ParameterizedTest
  @EnumSource(
      value = CutLine.State.class,
      names = {"CUT", "SILENT"})
  void predictionsGoOnAndNothingIsLost(CutLine.State away, TestReporter report) throws Exception {
    String rollout = begun(LASTING, "B");
    try (var load = SteadyLoad.on(service.port(), one, PER_SECOND, Map.of())) {
      Poll.until(
          PATIENCE, () -> counted(rollout) > 5 * PER_SECOND, () -> "no window with requests");
      double before = counted(rollout);
      Instant from = lastEnd();

      Instant gone = Instant.now();
      line.become(away);
      assertAway(service.operate("POST", "/admin/config", "{\"shadow_enabled\": false}"));
      assertAway(service.operate("POST", "/admin/rollouts/" + rollout + "/pause", "{}"));
      assertAway(service.operate("GET", "/admin/config", ""));
      assertAway(service.operate("GET", "/admin/rollouts", ""));
      Poll.until(
          AWAY.plus(PATIENCE), () -> Instant.now().isAfter(gone.plus(AWAY)), () -> "time stands");
      assertThat(service.get("/ready").statusCode()).isEqualTo(200);

      int meanwhile = load.sent().size();
      line.become(CutLine.State.WHOLE);
      Instant back = Instant.now();
      Poll.until(PATIENCE, StoreAwayIT::answers, () -> "does not come back");
      Duration until = Duration.between(back, Instant.now());
      // The counters only grow: what was not reported in time is in the next report.
      Poll.until(
          PATIENCE,
          () -> {
            double counted = counted(rollout) - before;
            long sent = load.sentBetween(from, lastEnd());
            return lastEnd().isAfter(back) && Math.abs(counted - sent) <= sent * 0.05;
          },
          () -> "counts are lost: %s of %s".formatted(countedOrNone(rollout), load.sent().size()));
      assertThat(operated.state(rollout)).isEqualTo("running");

      report.publishEntry(
          Map.of(
              "away", away + " " + Duration.between(gone, back).toMillis() + " ms",
              "back after", until.toMillis() + " ms",
              "sent until then", Integer.toString(meanwhile),
              "failed", load.failedSince(gone).toString(),
              "counted", before + " before, then " + counted(rollout)));
      assertThat(load.failedSince(gone)).isEmpty();
      operated.say(rollout, "rollback");
      assertThat(operated.replaysIdentically(rollout)).isTrue();
    }
  }

  /// How many requests are in the evidence.
  private static double counted(String rollout) throws Exception {
    JsonNode results = operated.rollout(rollout).path("results");
    return results.at("/stable/n").asDouble() + results.at("/canary/n").asDouble();
  }

  private static double countedOrNone(String rollout) {
    try {
      return counted(rollout);
    } catch (Exception away) {
      return Double.NaN;
    }
  }

  /// Of the last window that may be closed: one tick after its end.
  private static Instant lastEnd() {
    long length = WINDOW.toSeconds();
    return Instant.ofEpochSecond(Instant.now().minusSeconds(1).getEpochSecond() / length * length);
  }

  private static void assertAway(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void harmTakesTheTrafficAtOnceAndIsWrittenWhenTheStoreIsBack(TestReporter report)
      throws Exception {
    String rollout = begun(SLOW, "C");
    line.become(CutLine.State.CUT);
    try (var load = SteadyLoad.on(service.port(), many, PER_SECOND, Map.of())) {
      Instant gone = Instant.now();
      Poll.until(
          PATIENCE,
          () -> lastOf(load, "C").isBefore(Instant.now().minusSeconds(3)),
          () -> "the canary goes on: " + load.answeredBy("C"));
      Instant narrowed = lastOf(load, "C");
      line.become(CutLine.State.WHOLE);
      Poll.until(PATIENCE, StoreAwayIT::answers, () -> "the store does not come back");
      Poll.until(
          PATIENCE, () -> operated.state(rollout).equals("rolled_back"), () -> "not written");

      JsonNode written = operated.history(rollout).getLast();
      report.publishEntry(
          Map.of(
              "narrowed after", Duration.between(gone, narrowed).toMillis() + " ms",
              "written", written.path("sentence").asText() + " at " + written.path("at").asText(),
              "last of C", narrowed.toString(),
              "requests", load.sent().size() + ", by C " + load.answeredBy("C"),
              "failed", load.failedSince(gone).toString()));
      assertThat(written.path("code").asText()).isEqualTo("harmful");
      assertThat(lastOf(load, "C")).isEqualTo(narrowed);
      assertThat(load.failedSince(gone)).isEmpty();
      assertThat(operated.replaysIdentically(rollout)).isTrue();
    }
  }

  private static Instant lastOf(SteadyLoad load, String variant) {
    return load.sent().stream()
        .filter(sent -> sent.text().equals(variant))
        .map(Sent::at)
        .max(Instant::compareTo)
        .orElseThrow();
  }
}
