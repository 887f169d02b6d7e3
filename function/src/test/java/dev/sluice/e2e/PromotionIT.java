package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.e2e.RawConnection.Answer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What an operator can do while callers go on calling.
class PromotionIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CALLERS = 4;
  private static final int TURNS = 60;
  private static final int REQUESTS = 4_000;

  @TempDir static Path folder;
  private static RunningService service;
  private static byte[] ask;

  @BeforeAll
  static void start() throws Exception {
    ask = RawConnection.post("/v1/infer", Pictures.body(Pictures.digit("digit-7.png")));
    service = RunningService.easy(folder, Map.of("SHADOW_ENABLED", "true"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void promotingUnderLoadFailsNotOneRequest() throws Exception {
    var done = new AtomicBoolean();
    var answered = new AtomicInteger();
    var tasks = new ArrayList<Callable<List<Answer>>>();
    for (int i = 0; i < CALLERS; i++) {
      tasks.add(() -> callUntil(done, answered));
    }
    tasks.add(
        () -> {
          try {
            promoteBackAndForth(answered);
            return List.of();
          } finally {
            done.set(true);
          }
        });

    List<Answer> answers = Crowd.together(tasks).stream().flatMap(List::stream).toList();

    assertThat(answers.size()).isGreaterThanOrEqualTo(REQUESTS);
    assertThat(Crowd.statuses(answers)).containsOnlyKeys(200);
    assertThat(Crowd.variants(answers)).containsOnlyKeys("A", "B");
    JsonNode config = JSON.readTree(service.operate("GET", "/admin/config", "").body());
    assertThat(config.path("ab_weight_a").asDouble()).isZero();
    assertThat(config.path("ab_weight_b").asDouble()).isEqualTo(1);
    assertThat(Crowd.variants(Crowd.ask(service, Collections.nCopies(200, ask))))
        .containsOnlyKeys("B");
  }

  private static List<Answer> callUntil(AtomicBoolean done, AtomicInteger answered)
      throws Exception {
    var answers = new ArrayList<Answer>();
    try (RawConnection connection = service.connect()) {
      while (!done.get()) {
        answers.addAll(connection.exchangeAll(Collections.nCopies(32, ask)));
        answered.addAndGet(32);
      }
    }
    return answers;
  }

  private static void promoteBackAndForth(AtomicInteger answered) throws Exception {
    for (int turn = 0; turn < TURNS || answered.get() < REQUESTS; turn++) {
      change("/admin/config", "{\"ab_weight_a\":0.9,\"ab_weight_b\":0.1}");
      change("/admin/promote", "");
    }
    makeStable("B");
  }

  /// A promotion swaps the two, so at most one is needed.
  private static void makeStable(String version) throws Exception {
    JsonNode config = JSON.readTree(service.operate("GET", "/admin/config", "").body());
    if (!config.at("/models/digits/stable").asText().equals(version)) {
      change("/admin/promote", "");
    }
  }

  private static void change(String path, String body) throws Exception {
    HttpResponse<String> answer = service.operate("POST", path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void warmingUpMeasuresEveryVersion() throws Exception {
    HttpResponse<String> answer = service.operate("POST", "/admin/warmup", "");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(JSON.readTree(answer.body()).path("warmed")).hasSize(7);
  }

  @Test
  void shadowedRequestsShowTheirAgreementInTheMetrics() throws Exception {
    makeStable("A");
    change("/admin/config", "{\"ab_weight_a\":1,\"ab_weight_b\":0,\"shadow_enabled\":true}");
    for (int i = 0; i < 50; i++) {
      Crowd.ask(service, List.of(ask));
    }

    Poll.until(
        Duration.ofSeconds(10),
        () -> service.get("/metrics").body().lines().anyMatch(PromotionIT::shadowed),
        () -> "no shadow in the metrics");
  }

  private static boolean shadowed(String line) {
    return line.startsWith("sluice_shadow_total{")
        && line.contains("outcome=\"success\"")
        && !line.endsWith(" 0.0")
        && !line.endsWith(" 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/admin/config", "/admin/promote", "/admin/warmup"})
  void onlyTheAdminTokenChangesAnythingAndTheViewerTokenReads(String path) throws Exception {
    String viewer = "Bearer " + RunningService.VIEWER;

    assertThat(service.post(path, "{}").statusCode()).isEqualTo(401);
    assertThat(service.post(path, "{}", "Authorization", "Bearer wrong").statusCode())
        .isEqualTo(401);
    assertThat(service.post(path, "{}", "Authorization", viewer).statusCode()).isEqualTo(403);
    assertThat(service.get("/admin/config", "Authorization", viewer).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/manage/health", "/manage/info", "/manage/loggers"})
  void managementIsForTheAdminToken(String path) throws Exception {
    assertThat(service.get(path).statusCode()).isEqualTo(401);
    assertThat(service.get(path, "Authorization", "Bearer wrong").statusCode()).isEqualTo(401);
    HttpResponse<String> managed = service.operate("GET", path, "");
    assertThat(managed.statusCode()).isEqualTo(200);
    assertThat(managed.headers().firstValue("Trace-Id")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/beans",
        "/env",
        "/health",
        "/info",
        "/loggers",
        "/routes",
        "/threaddump",
        "/refresh",
        "/stop",
        "/caches",
        "/manage/beans",
        "/manage/env",
        "/manage/routes",
        "/manage/threaddump",
        "/manage/refresh",
        "/manage/stop",
        "/manage/caches",
        "/manage/metrics"
      })
  void nothingElseOfTheFrameworkIsThere(String path) throws Exception {
    HttpResponse<String> answer = service.operate("GET", path, "");

    if (path.equals("/health")) {
      assertThat(answer.body()).startsWith("{\"status\":\"ok\"");
    } else {
      assertThat(answer.statusCode()).isEqualTo(404);
    }
  }
}
