package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rollouts over the wire.
class RolloutApiIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String START = "{\"version\": \"B\", \"start\": true}";

  @TempDir static Path folder;
  private static RunningService service;

  @BeforeAll
  static void start() throws Exception {
    service = RunningService.easy(folder, Map.of("TICK_SECONDS", "1"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @AfterEach
  void end() throws Exception {
    for (JsonNode rollout : json(ask("GET", "", "")).path("rollouts")) {
      ask("POST", "/" + rollout.path("id").asText() + "/rollback", "");
    }
  }

  private static HttpResponse<String> ask(String method, String path, String body)
      throws Exception {
    return service.operate(method, "/admin/rollouts" + path, body);
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    return JSON.readTree(answer.body());
  }

  /// A rollout that has begun.
  private static String running() throws Exception {
    String id = json(ask("POST", "", START)).path("id").asText();
    Poll.until(
        Duration.ofSeconds(30),
        () -> json(ask("GET", "/" + id, "")).path("state").asText().equals("running"),
        () -> "the rollout does not begin");
    return id;
  }

  @Test
  void beginsOnceTheCanaryIsLoadedAndEndsAtAPersonsWord() throws Exception {
    String id = running();

    JsonNode over =
        json(ask("POST", "/" + id + "/rollback", "{\"reason\": \"enough\", \"revision\": 2}"));

    assertThat(over.path("state").asText()).isEqualTo("rolled_back");
    assertThat(over.path("share").asDouble()).isZero();
    JsonNode history = json(ask("GET", "/" + id + "/history", "")).path("history");
    assertThat(history).hasSize(3);
    assertThat(history.path(0).path("reason").asText()).isEqualTo("enough");
    assertThat(json(ask("GET", "/" + id + "/replay", "")).path("identical").asBoolean()).isTrue();
  }

  @Test
  void keepsTheSharesOfAModelToItsRollout() throws Exception {
    String id = running();

    HttpResponse<String> weights =
        service.operate("POST", "/admin/config", "{\"ab_weight_a\": 1, \"ab_weight_b\": 1}");
    HttpResponse<String> second = ask("POST", "", START);
    HttpResponse<String> promoted = service.operate("POST", "/admin/promote", "");
    HttpResponse<String> shadow =
        service.operate("POST", "/admin/config", "{\"shadow_enabled\": true}");

    assertThat(weights.statusCode()).isEqualTo(409);
    assertThat(json(weights).path("rollout").asText()).isEqualTo(id);
    assertThat(second.statusCode()).isEqualTo(409);
    assertThat(json(second).path("detail").asText()).contains(id);
    assertThat(promoted.statusCode()).isEqualTo(409);
    assertThat(json(promoted).path("detail").asText()).contains("reason");
    assertThat(shadow.statusCode()).isEqualTo(200);
  }

  @Test
  void tellsTheFaultsOfAPlanByTheirPlaces() throws Exception {
    HttpResponse<String> refused =
        ask("POST", "", "{\"version\": \"B\", \"steps\": [10, 5, 200], \"pase\": \"proof\"}");

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(json(refused).path("errors"))
        .extracting(fault -> fault.path("pointer").asText())
        .containsExactlyInAnyOrder("/steps/1", "/steps/2", "/pase");
  }
}
