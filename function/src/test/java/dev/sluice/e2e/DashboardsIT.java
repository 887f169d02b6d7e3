package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.telemetry.Board;
import dev.sluice.telemetry.PrometheusRule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/// A real Prometheus scrapes the service, while a rollout runs, and the nginx before it; and then
/// everything that dashboards and alerts ask has an answer.
class DashboardsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int PER_SECOND = 40;
  // Without any error there is no ratio of errors to be shown; of this there is.
  private static final String GUARD = "wrong";
  private static final String PLAN =
      """
      {"version": "B", "start": true, "steps": [50], "window_seconds": 10,
       "min_windows_per_step": 1000, "units": "request", "guards": [
         {"metric": "error_rate", "kind": "ratio", "harm": 1.5, "safe": 2, "floor": 0.02},
         {"name": "wrong", "metric": "loss", "score": "reward", "kind": "ratio",
          "harm": 1.2, "safe": 1.5, "floor": 0.05}]}
      """;

  /// What has no series while all is well, and why.
  private static final Map<String, String> SILENT =
      Map.of(
          "sluice_model_load_failed", "every version was loaded",
          "sluice_rollout_waiting_since_timestamp_seconds", "nobody is waited for: asked later",
          "to=\"rolled_back\"", "nothing was rolled back: asked later",
          "to=~\"rolled_back|failed\"", "the same",
          "sum by (to, reason)", "no end and no halt until then: asked later");

  @TempDir static Path folder;
  private static final Queue<Instant> announced = new ConcurrentLinkedQueue<>();
  private static HttpServer receiver;
  private static RunningService service;
  private static ExportedNginx nginx;
  private static SteadyLoad load;
  private static RunningPrometheus prometheus;

  @BeforeAll
  static void start() throws Exception {
    Installed.need("prometheus", "nginx", "prometheus-nginx-exporter");
    receiver = receiver();
    service =
        RunningService.easy(
            folder,
            Map.of(
                "TICK_SECONDS", "1",
                "SHADOW_ENABLED", "true",
                "WEBHOOK_URL", "http://127.0.0.1:" + receiver.getAddress().getPort() + "/",
                "WEBHOOK_SECRET", "a-secret-of-the-tests"));
    nginx = ExportedNginx.before(service.port(), folder);
    String body = Pictures.body(Pictures.digit("digit-7.png"));
    load = SteadyLoad.on(nginx.port(), body, PER_SECOND, Map.of("A", 0.5, "B", 0.5));
    prometheus =
        RunningPrometheus.scraping(
            Map.of("sluice", List.of(service.port()), "nginx", List.of(nginx.metrics())), folder);
  }

  private static HttpServer receiver() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          announced.add(Instant.now());
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  @AfterAll
  static void stop() {
    for (AutoCloseable part : Stream.of(prometheus, load, nginx, service).toList()) {
      close(part);
    }
    if (receiver != null) {
      receiver.stop(0);
    }
  }

  private static void close(AutoCloseable part) {
    try {
      if (part != null) {
        part.close();
      }
    } catch (Exception stuck) {
      throw new AssertionError(stuck);
    }
  }

  @Test
  void everythingThatIsAskedHasAnAnswerAndARollbackIsAnAlert(TestReporter reporter)
      throws Exception {
    var operated = new Operated(service);
    String rollout = operated.run(PLAN);

    List<Board.Query> later = answered(queries());
    assertThat(later).as("silent while all is well").allMatch(DashboardsIT::maySilent);
    for (JsonNode rule : prometheus.rules()) {
      assertThat(rule.path("health").asText()).as(rule.toString()).isEqualTo("ok");
    }
    assertThat(prometheus.rules()).hasSameSizeAs(PrometheusRule.all());
    assertThat(prometheus.query("ALERTS{alertstate=\"firing\"}")).as("all is well").isEmpty();

    operated.say(rollout, "pause");
    awaitSeries("sluice_rollout_waiting_since_timestamp_seconds{model=\"digits\"}");
    announced.clear();
    operated.say(rollout, "rollback");
    report(reporter);

    later.removeIf(query -> query.expression().contains("sluice_model_load_failed"));
    later.removeIf(query -> query.expression().contains("waiting_since"));
    assertThat(answered(later)).as("silent after a rollback").isEmpty();
  }

  /// Of panels, annotations and rules that work something out.
  private static List<Board.Query> queries() throws IOException {
    var queries = new ArrayList<Board.Query>();
    for (Board board : Board.all()) {
      queries.addAll(board.queries());
    }
    PrometheusRule.all().stream()
        .filter(rule -> rule.kind() == PrometheusRule.Kind.RECORDING)
        .forEach(rule -> queries.add(new Board.Query(rule.name(), rule.name())));
    return queries;
  }

  /// Asks until each has at least one series, or only those are left that may be silent.
  private static List<Board.Query> answered(List<Board.Query> queries) {
    var left = new ArrayList<>(queries);
    Poll.until(
        PATIENCE,
        () -> {
          for (Board.Query query : List.copyOf(left)) {
            if (!prometheus.query(query.concrete("digits", ".*", GUARD)).isEmpty()) {
              left.remove(query);
            }
          }
          return left.stream().allMatch(DashboardsIT::maySilent);
        },
        () -> "no series: " + left);
    return left;
  }

  private static boolean maySilent(Board.Query query) {
    return SILENT.keySet().stream().anyMatch(query.expression()::contains);
  }

  private static void awaitSeries(String expression) {
    Poll.until(
        PATIENCE, () -> !prometheus.query(expression).isEmpty(), () -> "no series: " + expression);
  }

  /// How long after it was written a rollback is what an alert reads, an alert, a line of the log
  /// and announced. Printed and not asserted: the machine may be busy.
  private static void report(TestReporter reporter) {
    String input = "sluice_rollout_last_transition_timestamp_seconds{to=\"rolled_back\"}";
    Map<String, Poll.Question> seen =
        Map.of(
            "alert input", () -> !prometheus.query(input).isEmpty(),
            "alert",
                () ->
                    !prometheus
                        .query("ALERTS{alertname=\"SluiceRolledBack\",alertstate=\"firing\"}")
                        .isEmpty(),
            "log line", () -> service.output().contains("\"to\":\"rolled_back\""),
            "webhook", () -> !announced.isEmpty());
    var after = new TreeMap<String, Instant>();
    Poll.until(
        PATIENCE,
        () -> {
          for (var each : seen.entrySet()) {
            if (!after.containsKey(each.getKey()) && each.getValue().holds()) {
              after.put(each.getKey(), Instant.now());
            }
          }
          return after.keySet().equals(Set.copyOf(seen.keySet()));
        },
        () -> "after a rollback there is only " + after.keySet());
    Instant written = written(input);
    var line = new StringBuilder("after a rollback was written:");
    after.forEach(
        (what, at) ->
            line.append(" %s %d ms;".formatted(what, Duration.between(written, at).toMillis())));
    reporter.publishEntry("rollback", line.toString());
    System.out.println(line);
  }

  private static Instant written(String input) {
    try {
      String seconds = prometheus.query(input).path(0).path("value").path(1).asText();
      return Instant.ofEpochMilli(Math.round(Double.parseDouble(seconds) * 1000));
    } catch (IOException | InterruptedException gone) {
      throw new AssertionError(gone);
    }
  }
}
