package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.store.Postgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/// The local stack without Docker: the same configuration of nginx, the same secrets, in front of
/// three processes on one PostgreSQL.
class StackIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int REPLICAS = 3;
  // Each may have ten a second and five more at once: far from that, even where a busy machine
  // sends what it owes of ten seconds in one gust.
  private static final int ADDRESSES = 60;
  private static final int PER_SECOND = 20;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  // A busy machine is slow, and a request that it is slow with is not lost.
  private static final String DEADLINE_MS = "30000";
  private static final String[] MODEST = {
    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"
  };
  private static final String PLAN =
      """
      {"version": "C", "start": true, "steps": [20, 50], "window_seconds": 10,
       "min_windows_per_step": 1, "min_windows_total": 4, "min_units_per_step": 50,
       "units": "request", "guards": [
         {"metric": "error_rate", "kind": "ratio", "harm": 1.5, "safe": 2, "floor": 0.02},
         {"name": "wrong", "metric": "loss", "score": "reward", "kind": "ratio",
          "harm": 1.2, "safe": 1.5, "floor": 0.05}]}
      """;

  @TempDir static Path folder;
  private static Path state;
  private static String store;
  private static final List<RunningService> replicas = new ArrayList<>();
  private static NginxFront front;
  private static String body;

  @BeforeAll
  static void start() throws Exception {
    NginxFront.need();
    store = Postgres.emptyDatabase();
    body = Pictures.body(Pictures.digit("digit-7.png"));
    state = Files.createDirectory(folder.resolve("state"));
    Files.writeString(state.resolve("admin-token"), RunningService.ADMIN);
    NginxFront.makeStack(state);
    for (int i = 0; i < REPLICAS; i++) {
      replicas.add(replica(RunningNginx.freePort()));
    }
    front = NginxFront.before(replicas.stream().map(RunningService::port).toList(), state, folder);
  }

  /// With the secrets of the stack's file, and without any in the environment; only the store is
  /// elsewhere.
  private static RunningService replica(int port) throws Exception {
    return RunningService.start(
        Files.createTempDirectory(folder, "replica"),
        Map.of(
            "MICRONAUT_CONFIG_FILES",
            state.resolve("sluice.yml").toString(),
            "STORE_URL",
            store,
            "PORT",
            Integer.toString(port),
            "TRUSTED_PROXIES",
            "127.0.0.0/8",
            "TICK_SECONDS",
            "1",
            "REQUEST_DEADLINE_MS",
            DEADLINE_MS,
            "AB_WEIGHT_A",
            "1",
            "AB_WEIGHT_B",
            "0"),
        MODEST);
  }

  @AfterAll
  static void stop() {
    if (front != null) {
      front.close();
    }
    replicas.forEach(RunningService::close);
  }

  private static SteadyLoad load(Map<String, Double> rewards) {
    List<HttpClient> clients =
        IntStream.range(0, ADDRESSES).mapToObj(i -> front.client(100 + i)).toList();
    return new SteadyLoad(clients, front.url(), front.login(), body, PER_SECOND, rewards);
  }

  private static Operated operated(int replica) {
    return new Operated(replicas.get(replica));
  }

  @Test
  void theSmokeScriptFindsNothingWrongWithTheStack(TestReporter report) throws Exception {
    NginxFront.Ran ran = front.smoke();

    report.publishEntry("smoke", ran.output());
    assertThat(ran.status()).as(ran.output()).isZero();
    assertThat(ran.output().lines()).hasSize(9).allMatch(line -> line.startsWith("ok "));
  }

  @Test
  void theSmokeScriptFindsThatTheDoorIsMissing() throws Exception {
    String bare = "http://127.0.0.1:" + replicas.getFirst().port();

    NginxFront.Ran careless = NginxFront.run(Map.of(), "scripts/smoke", bare);
    NginxFront.Ran ran =
        NginxFront.run(
            Map.of(),
            "scripts/smoke",
            bare,
            "--user",
            "sluice",
            "--password-file",
            state.resolve("password").toString());

    assertThat(careless.status()).as(careless.output()).isZero();
    assertThat(careless.output().lines()).filteredOn(line -> line.startsWith("SKIP ")).hasSize(5);
    assertThat(ran.status()).as(ran.output()).isEqualTo(1);
    assertThat(ran.output().lines().filter(line -> line.startsWith("FAIL ")))
        .extracting(line -> line.split(" +")[1])
        .containsExactly("auth", "wrong", "closed", "limit");
  }

  @Test
  void countsCallersByTheirOwnAddress() throws Exception {
    byte[] some = body.getBytes(StandardCharsets.UTF_8);
    HttpResponse<String> first = infer(50, some);
    HttpResponse<String> other = infer(51, some);

    // Of a hundred at once one is used up: were all of them nginx to the service, it would be two.
    assertThat(first.headers().firstValue("RateLimit").orElseThrow()).startsWith("\"caller\";r=99");
    assertThat(other.headers().firstValue("RateLimit").orElseThrow()).startsWith("\"caller\";r=99");
  }

  private static HttpResponse<String> infer(int host, byte[] some) throws Exception {
    return front.send(host, "/v1/infer", some, "Authorization", front.login());
  }

  @Test
  void noRequestIsLostWhenAReplicaIsKilled(TestReporter report) throws Exception {
    int port = replicas.get(2).port();
    try (var load = load(Map.of())) {
      Poll.until(PATIENCE, () -> load.sent().size() > PER_SECOND, () -> "no load");

      replicas.get(2).kill();
      int before = load.sent().size();
      Poll.until(
          PATIENCE, () -> load.sent().size() > before + 3 * PER_SECOND, () -> "the load stopped");

      report.publishEntry("sent", load.sent().size() + ", not answered: " + load.failed());
      assertThat(load.failed()).isEmpty();
    } finally {
      replicas.set(2, replica(port));
    }
  }

  @Test
  void aBadReleaseIsJudgedByOneAndFollowedByAll(TestReporter report) throws Exception {
    Instant asked = Instant.now();
    String rollout = operated(1).release(PLAN);
    try (var load = load(Map.of("A", 1.0, "B", 1.0, "C", 0.0))) {
      Poll.until(
          PATIENCE,
          () -> operated(0).state(rollout).equals("rolled_back"),
          () -> "not rolled back: " + told(rollout));
      report.publishEntry(
          "rolled back", Duration.between(asked, Instant.now()).toSeconds() + " s after it began");
      for (int i = 0; i < REPLICAS; i++) {
        Operated replica = operated(i);
        Poll.until(PATIENCE, () -> replica.routed("C") == 0, () -> "not rolled back everywhere");
      }
      Poll.until(
          PATIENCE,
          () -> load.sent().stream().anyMatch(each -> each.text().equals("C")),
          () -> "C never answered");
      report.publishEntry("reports that were not taken", load.unreported().toString());
      assertThat(load.failed()).isEmpty();
    }

    List<JsonNode> history = operated(0).history(rollout);
    assertThat(history)
        .filteredOn(line -> line.path("to").asText().equals("rolled_back"))
        .hasSize(1);
    for (int i = 1; i < REPLICAS; i++) {
      assertThat(operated(i).history(rollout)).isEqualTo(history);
    }
  }

  private static String told(String rollout) {
    try {
      return operated(0).rollout(rollout).toString();
    } catch (Exception away) {
      return away.toString();
    }
  }

  @Test
  void theDemonstrationsBadReleaseIsRolledBack(TestReporter report) throws Exception {
    List<String> urls =
        replicas.stream().map(replica -> "http://127.0.0.1:" + replica.port()).toList();
    var builder = new ProcessBuilder("scripts/lib/stack-demo").redirectErrorStream(true);
    builder.directory(RunningService.home().toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "PATH", System.getProperty("java.home") + "/bin:/usr/bin:/bin",
                "REPLICAS", String.join(",", urls),
                "SLUICE_TARGET", urls.getFirst(),
                "TOKEN_FILE", state.resolve("admin-token").toString(),
                "TMPDIR", folder.toString(),
                "AFTER_SECONDS", "5"));
    Path output = folder.resolve("demo.txt");
    Instant began = Instant.now();
    Process demo = builder.redirectOutput(output.toFile()).start();
    try {
      Poll.until(
          PATIENCE.multipliedBy(2),
          () -> Files.readString(output).contains("rolled back, as it should be"),
          () -> "see " + output);
      report.publishEntry(
          "demonstration",
          Duration.between(began, Instant.now()).toSeconds()
              + " s, 5 s of them before the release");
      assertThat(Files.readString(output)).contains("rolled back by judge");
      assertThat(demo.isAlive()).as("goes on with its traffic").isTrue();
    } finally {
      demo.destroy();
      demo.onExit().join();
    }
  }

  @Test
  void aRequestHasOneNameInTheAnswerAndInTheLogWhichSaysWhoAnswered() throws Exception {
    byte[] some = body.getBytes(StandardCharsets.UTF_8);
    Set<String> answeredBy = new HashSet<>();
    for (int i = 0; i < 2 * REPLICAS; i++) {
      String trace = infer(60 + i, some).headers().firstValue("Trace-Id").orElseThrow();
      Poll.until(
          PATIENCE, () -> front.log().stream().anyMatch(line -> line.contains(trace)), () -> trace);
      JsonNode line =
          JSON.readTree(
              front.log().stream().filter(each -> each.contains(trace)).findFirst().orElseThrow());
      assertThat(line.path("status").asInt()).isEqualTo(200);
      assertThat(line.path("variant").asText()).isEqualTo("A");
      answeredBy.add(line.path("replica").asText());
    }

    assertThat(answeredBy).hasSizeGreaterThan(1);
  }

  @Test
  void theExporterReadsWhatNginxCounts(TestReporter report) throws Exception {
    Installed.need("prometheus-nginx-exporter");
    String address = "127.0.0.1:" + RunningNginx.freePort();
    Process exporter =
        new ProcessBuilder(
                Installed.word("prometheus-nginx-exporter"),
                "-nginx.scrape-uri=" + front.statusUrl(),
                "-web.listen-address=" + address)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("exporter.txt").toFile())
            .start();
    try (HttpClient client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create("http://" + address + "/metrics")).build();
      Poll.until(
          PATIENCE,
          () -> client.send(request, BodyHandlers.ofString()).body().contains("\nnginx_up 1\n"),
          () -> "nginx_up is not 1");
      assertThat(client.send(request, BodyHandlers.ofString()).body())
          .containsPattern("(?m)^nginx_http_requests_total \\d+$");
      report.publishEntry("exporter", "nginx_up 1");
    } finally {
      exporter.destroy();
    }
  }
}
