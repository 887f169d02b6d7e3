package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;

/// A service as an operator of rollouts of the digits sees it.
record Operated(RunningService service) {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  static JsonNode json(HttpResponse<String> answer) throws Exception {
    return JSON.readTree(answer.body());
  }

  private JsonNode got(String path) throws Exception {
    HttpResponse<String> answer = service.operate("GET", path, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer);
  }

  JsonNode digits() throws Exception {
    return got("/admin/config").at("/models/digits");
  }

  String stable() throws Exception {
    return digits().path("stable").asText();
  }

  /// As a fraction.
  double routed(String version) throws Exception {
    return digits().path("weights").path(version).asDouble();
  }

  /// Starts a rollout, and returns its id.
  String release(String plan) throws Exception {
    HttpResponse<String> created = service.operate("POST", "/admin/rollouts", plan);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    return json(created).path("id").asText();
  }

  /// Starts a rollout that gets traffic: returns when its version is loaded, and can be paused.
  String run(String plan) throws Exception {
    String rollout = release(plan);
    Poll.until(
        PATIENCE,
        () -> state(rollout).equals("running"),
        () -> "the rollout does not run: " + rollout);
    return rollout;
  }

  void say(String rollout, String verb) throws Exception {
    HttpResponse<String> said =
        service.operate(
            "POST", "/admin/rollouts/" + rollout + "/" + verb, "{\"reason\": \"a test\"}");
    assertThat(said.statusCode()).as(said.body()).isEqualTo(200);
  }

  /// Ends what a test has left behind.
  void rollBackAll() throws Exception {
    for (JsonNode rollout : got("/admin/rollouts").path("rollouts")) {
      service.operate("POST", "/admin/rollouts/" + rollout.path("id").asText() + "/rollback", "");
    }
  }

  JsonNode rollout(String id) throws Exception {
    return got("/admin/rollouts/" + id);
  }

  String state(String id) throws Exception {
    return rollout(id).path("state").asText();
  }

  /// Oldest first.
  List<JsonNode> history(String id) throws Exception {
    JsonNode lines = got("/admin/rollouts/" + id + "/history").path("history");
    return StreamSupport.stream(lines.spliterator(), false).toList().reversed();
  }

  boolean replaysIdentically(String id) throws Exception {
    return got("/admin/rollouts/" + id + "/replay").path("identical").asBoolean();
  }
}
