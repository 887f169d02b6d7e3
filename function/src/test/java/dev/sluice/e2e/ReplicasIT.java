package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.e2e.RawConnection.Answer;
import dev.sluice.store.Postgres;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/// Three processes on one PostgreSQL, with nginx before them: to callers and operators they are one
/// service.
///
/// In this order: a model on which a third version was tried wants weights for all three.
@TestMethodOrder(MethodOrderer.MethodName.class)
class ReplicasIT {
  private static final int REPLICAS = 3;
  private static final int PER_SECOND = 40;
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  // Of a machine that is busy with other things, too.
  private static final Duration SLACK = Duration.ofSeconds(3);
  private static final Map<String, Double> REWARDS = Map.of("A", 1.0, "B", 1.0, "C", 0.0);
  private static final String[] MODEST = {
    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"
  };
  private static final String PLAN =
      """
      {"version": "%s", "start": true, "steps": [20, 50], "window_seconds": 10,
       "min_windows_per_step": 3, "min_windows_total": 6, "min_units_per_step": 50,
       "units": "request", "guards": [
         {"metric": "error_rate", "kind": "ratio", "harm": 1.5, "safe": 2, "floor": 0.02},
         {"name": "wrong", "metric": "loss", "score": "reward", "kind": "ratio",
          "harm": 1.2, "safe": 1.5, "floor": 0.05}]}
      """;

  @TempDir static Path folder;
  private static String store;
  private static String keys;
  private static final List<RunningService> replicas = new ArrayList<>();
  private static NginxProxy proxy;
  private static String body;

  @BeforeAll
  static void start() throws Exception {
    Installed.need("nginx");
    store = Postgres.emptyDatabase();
    keys =
        "k1:"
            + Base64.getEncoder()
                .encodeToString(
                    "the signing key of these replicas".getBytes(StandardCharsets.UTF_8));
    body = Pictures.body(Pictures.digit("digit-7.png"));
    for (int i = 0; i < REPLICAS; i++) {
      replicas.add(replica(RunningNginx.freePort()));
    }
    proxy = NginxProxy.before(replicas.stream().map(RunningService::port).toList(), folder);
  }

  private static RunningService replica(int port) throws Exception {
    Path own = Files.createTempDirectory(folder, "replica");
    var settings =
        Map.of(
            "STORE_URL",
            store,
            "SIGNING_KEYS",
            keys,
            "PORT",
            Integer.toString(port),
            "TICK_SECONDS",
            "1",
            "AB_WEIGHT_A",
            "1",
            "AB_WEIGHT_B",
            "0");
    return RunningService.easy(own, settings, MODEST);
  }

  @AfterAll
  static void stop() {
    if (proxy != null) {
      proxy.close();
    }
    replicas.forEach(RunningService::close);
  }

  @AfterEach
  void end() throws Exception {
    operated(0).rollBackAll();
    String stable = operated(0).stable();
    awaitEverywhere(stable, 1, PATIENCE, "not everything is over");
  }

  private static Operated operated(int replica) {
    return new Operated(replicas.get(replica));
  }

  private static String canary() throws Exception {
    return operated(0).stable().equals("A") ? "B" : "A";
  }

  private static void awaitEverywhere(
      String version, double share, Duration patience, String otherwise) {
    for (int i = 0; i < REPLICAS; i++) {
      Operated replica = operated(i);
      Poll.until(patience, () -> replica.routed(version) == share, () -> otherwise);
    }
  }

  /// The one that writes, as the store has it: no caller could tell.
  private static int leader() throws Exception {
    URI address = URI.create(store);
    try (var connection =
            DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + address.getPort() + address.getPath(),
                "postgres",
                "p@ss");
        var statement = connection.createStatement();
        var lines = statement.executeQuery("select holder from leases")) {
      assertThat(lines.next()).isTrue();
      String holder = lines.getString(1);
      return IntStream.range(0, REPLICAS)
          .filter(i -> holder.endsWith("-" + replicas.get(i).pid()))
          .findFirst()
          .orElseThrow(() -> new AssertionError("led by " + holder));
    }
  }

  @Test
  void aCallerKeepsItsVariantOverAllReplicas() throws Exception {
    String stable = operated(0).stable();
    settle("{\"ab_weight_a\": 0.5, \"ab_weight_b\": 0.5}");
    awaitEverywhere("B", 0.5, PATIENCE, "the weights do not reach all");
    var variants = new HashSet<String>();
    var answeredBy = new HashSet<String>();

    try (RawConnection connection = RawConnection.to(proxy.port())) {
      for (int caller = 0; caller < 20; caller++) {
        String named = "X-User-Id: caller-" + caller;
        Answer first = connection.exchange(ask("X-Nobody: 1"));
        String cookie = first.field("Set-Cookie").orElseThrow().split(";", 2)[0];
        variants.add(same(connection, "Cookie: " + cookie, first.variant(), answeredBy));
        variants.add(
            same(connection, named, connection.exchange(ask(named)).variant(), answeredBy));
      }
    }

    assertThat(variants).containsExactlyInAnyOrder("A", "B");
    assertThat(answeredBy).hasSize(REPLICAS);
    settle(
        stable.equals("A")
            ? "{\"ab_weight_a\": 1, \"ab_weight_b\": 0}"
            : "{\"ab_weight_a\": 0, \"ab_weight_b\": 1}");
    awaitEverywhere(stable, 1, PATIENCE, "the weights do not reach all");
  }

  private static void settle(String weights) throws Exception {
    var changed = replicas.get(1).operate("POST", "/admin/config", weights);
    assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
  }

  private static String same(
      RawConnection connection, String field, String variant, Set<String> answeredBy)
      throws Exception {
    for (int i = 0; i < 2 * REPLICAS; i++) {
      Answer answer = connection.exchange(ask(field));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.variant()).as(field).isEqualTo(variant);
      answeredBy.add(answer.field("X-Replica").orElseThrow());
    }
    return variant;
  }

  private static byte[] ask(String field) {
    return RawConnection.post("/v1/infer", body, field);
  }

  @Test
  void aRollbackThroughOneReplicaIsSoonSeenByAll(TestReporter report) throws Exception {
    String canary = canary();
    String rollout = operated(0).release(PLAN.formatted(canary));
    awaitEverywhere(canary, 0.2, PATIENCE, "the rollout does not begin everywhere");

    Instant asked = Instant.now();
    operated(1).say(rollout, "rollback");

    awaitEverywhere(
        canary, 0, TICK.multipliedBy(2).plus(SLACK), "the rollback does not reach every replica");
    report.publishEntry(
        "rollback to all", Duration.between(asked, Instant.now()).toMillis() + " ms");
    assertThat(operated(2).state(rollout)).isEqualTo("rolled_back");
  }

  @Test
  void aProvenVersionIsPromotedAlthoughTheReplicaThatLedIsKilled(TestReporter report)
      throws Exception {
    String canary = canary();
    String rollout = operated(0).release(PLAN.formatted(canary));
    awaitEverywhere(canary, 0.2, PATIENCE, "the rollout does not begin everywhere");
    try (var load = SteadyLoad.on(proxy.port(), body, PER_SECOND, REWARDS)) {
      Poll.until(
          PATIENCE,
          () -> counted(operated(1).rollout(rollout)) > 5 * PER_SECOND,
          () -> "no window with requests");
      countsEachRequestOnce(rollout, load, report);

      int leading = leader();
      int port = replicas.get(leading).port();
      kill(replicas.get(leading));
      Instant killed = Instant.now();
      report.publishEntry("killed", "replica " + leading + " at " + killed);
      int other = (leading + 1) % REPLICAS;
      Poll.until(
          PATIENCE,
          () -> operated(other).history(rollout).stream().anyMatch(line -> after(line, killed)),
          () -> "nobody leads");
      report.publishEntry(
          "goes on",
          Duration.between(killed, at(operated(other).history(rollout).getLast())).toMillis()
              + " ms");

      double routed = operated(other).routed(canary);
      replicas.set(leading, replica(port));
      assertThat(operated(leading).routed(canary)).isGreaterThanOrEqualTo(routed);
      Poll.until(
          Duration.ofSeconds(150),
          () -> operated(leading).state(rollout).equals("promoted"),
          () -> "not promoted");
      awaitEverywhere(canary, 1, TICK.multipliedBy(2).plus(SLACK), "not promoted everywhere");

      JsonNode over = operated(leading).rollout(rollout);
      double counted = counted(over);
      report.publishEntry(
          Map.of(
              "sent", Integer.toString(load.sent().size()),
              "failed", load.failed().toString(),
              "counted", Double.toString(counted),
              "observed", over.at("/results/observed_seconds").asText()));
      assertThat(load.failed()).isEmpty();
      assertThat(counted).isLessThanOrEqualTo(load.sent().size());
      for (int i = 0; i < REPLICAS; i++) {
        assertThat(operated(i).replaysIdentically(rollout)).isTrue();
      }
    }
  }

  /// The processes report around the end of a window, not at it.
  private static void countsEachRequestOnce(String rollout, SteadyLoad load, TestReporter report)
      throws Exception {
    double before = counted(operated(1).rollout(rollout));
    Instant from = lastEnd();
    Poll.until(
        PATIENCE,
        () -> {
          double counted = counted(operated(1).rollout(rollout)) - before;
          long sent = load.sentBetween(from, lastEnd());
          return sent > WINDOW.toSeconds() * PER_SECOND / 2
              && Math.abs(counted - sent) <= sent * 0.1;
        },
        () -> "counted more or less than was sent");
    report.publishEntry(
        "counted", counted(operated(1).rollout(rollout)) - before + " since " + from);
  }

  /// Of the last window that may be closed: one tick after its end.
  private static Instant lastEnd() {
    long length = WINDOW.toSeconds();
    return Instant.ofEpochSecond(Instant.now().minus(TICK).getEpochSecond() / length * length);
  }

  private static double counted(JsonNode rollout) {
    return rollout.at("/results/stable/n").asDouble() + rollout.at("/results/canary/n").asDouble();
  }

  private static Instant at(JsonNode line) {
    return Instant.parse(line.path("at").asText());
  }

  private static boolean after(JsonNode line, Instant moment) {
    return at(line).isAfter(moment);
  }

  private static void kill(RunningService service) {
    ProcessHandle.of(service.pid()).orElseThrow().destroyForcibly();
    Poll.until(PATIENCE, () -> !service.alive(), () -> "survives SIGKILL");
  }

  @Test
  void harmThatAllReplicasSawTogetherEndsTheRolloutInAll(TestReporter report) throws Exception {
    String stable = operated(0).stable();
    String rollout = operated(2).release(PLAN.formatted("C"));
    try (var load = SteadyLoad.on(proxy.port(), body, PER_SECOND, REWARDS)) {
      Poll.until(
          PATIENCE,
          () -> operated(0).state(rollout).equals("rolled_back"),
          () -> "not rolled back");
      awaitEverywhere(stable, 1, TICK.multipliedBy(2).plus(SLACK), "not rolled back everywhere");
      Instant everywhere = Instant.now();
      long bad = load.answeredBy("C");
      Poll.until(
          PATIENCE,
          () -> load.sentBetween(everywhere, Instant.now()) > 2 * PER_SECOND,
          () -> "the load has stopped");

      List<JsonNode> history = operated(1).history(rollout);
      Instant began = at(history.get(history.size() - 2));
      Instant ended = at(history.getLast());
      report.publishEntry(
          Map.of(
              "took", Duration.between(began, ended).toMillis() + " ms",
              "reason", history.getLast().path("sentence").asText(),
              "bad", Long.toString(bad),
              "failed", load.failed().toString()));
      assertThat(history.getLast().path("code").asText()).isEqualTo("harmful");
      // Shares that change in a window spoil it, so evidence begins with the one after it.
      assertThat(Duration.between(began, ended))
          .isLessThan(WINDOW.multipliedBy(2).plus(TICK.multipliedBy(2)).plus(SLACK));
      assertThat(sinceTheWindow(ended)).isLessThan(TICK.multipliedBy(2).plus(SLACK));
      assertThat(load.sent())
          .filteredOn(sent -> sent.at().isAfter(everywhere))
          .noneMatch(sent -> sent.text().equals("C"));
      assertThat(load.failed()).isEmpty();
      assertThat(operated(0).replaysIdentically(rollout)).isTrue();
    }
  }

  private static Duration sinceTheWindow(Instant moment) {
    return Duration.ofMillis(moment.toEpochMilli() % WINDOW.toMillis());
  }
}
