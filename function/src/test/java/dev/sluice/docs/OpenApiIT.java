package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.Endpoint;
import dev.sluice.docs.OpenApi.Example;
import dev.sluice.docs.OpenApi.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Holds openapi.yml against the running service, in both directions.
///
/// The service knows many API keys, and each request uses its own: so each is a caller of its own,
/// and a rate of a few requests is used up only by the one that means to. The operator is one
/// caller, who asks once at each place that predicts.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OpenApiIT {
  private static final String ADMIN = "admin-token-0123456789";
  private static final String VIEWER = "viewer-token-0123456789";
  private static final int MOST_BYTES = 65_536;
  private static final int BURST = 8;
  private static final int KEYS = 150;

  /// Described, and not to be had from a healthy service on demand: slow or broken on purpose.
  private static final Set<String> NOT_ON_DEMAND = Set.of("408", "500", "503", "default");

  private final HttpClient client = HttpClient.newHttpClient();
  private final Set<String> seen = new HashSet<>();
  private OpenApi api;
  private RunningService service;
  private int nextKey;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    api = OpenApi.parse(Repository.text("function/src/main/resources/openapi.yml"));
    Path models = folder.resolve("models");
    for (String version : List.of("sentence/v1", "sentence/v2", "sms/v1")) {
      Path target = Files.createDirectories(models.resolve(version)).resolve("model.onnx");
      Files.copy(shipped(version), target);
    }
    Files.copy(
        shipped("sentence/v2"),
        Files.createDirectories(models.resolve("sentence/v3")).resolve("model.onnx"));
    for (String version : List.of("v1", "v2", "v3")) {
      Files.copy(
          shipped("sms/v1"),
          Files.createDirectories(models.resolve("moving").resolve(version)).resolve("model.onnx"));
    }
    service =
        RunningService.start(
            Map.of(
                "MODELS_DIR",
                models.toString(),
                "ADMIN_TOKEN",
                ADMIN,
                "VIEWER_TOKEN",
                VIEWER,
                "ADAPTERS",
                "sagemaker,kserve,vertex",
                "API_KEYS",
                IntStream.range(0, KEYS).mapToObj(OpenApiIT::key).collect(Collectors.joining(",")),
                "MAX_BODY_BYTES",
                Integer.toString(MOST_BYTES),
                "RATE_LIMIT_RPS",
                "0.01",
                "RATE_LIMIT_BURST",
                Integer.toString(BURST)),
            folder.resolve("data"));
    for (String model : List.of("sentence", "moving")) {
      Files.writeString(
          Files.createDirectories(models.resolve(model).resolve("broken")).resolve("model.onnx"),
          "not a model");
    }
  }

  private static Path shipped(String version) {
    return Repository.root().resolve("models").resolve(version).resolve("model.onnx");
  }

  @AfterAll
  void stop() {
    service.close();
  }

  private static String key(int number) {
    return "a-key-of-somebody-" + number;
  }

  private String someKey() {
    return key(nextKey++);
  }

  @Test
  void answersEachExampleAsDescribed() throws Exception {
    for (Example example : api.examples()) {
      HttpResponse<String> answer = send(example);

      assertThat(answer.statusCode()).as(example.name()).isEqualTo(example.status());
    }
  }

  @Test
  void takesItsOwnSchemasSeriously() throws Exception {
    Operation infer = api.operation("POST", "/v1/infer");
    HttpResponse<String> answer = send(exampleOf(infer, 200));
    JsonNode schema = infer.described().at("/responses/200/content/application~1json/schema");
    ObjectNode more = ((ObjectNode) OpenApi.json(answer.body())).put("surprise", 1);
    ObjectNode less = (ObjectNode) OpenApi.json(answer.body());
    less.remove("model_used");

    assertThat(api.faults(schema, OpenApi.json(answer.body()))).isEmpty();
    assertThat(api.faults(schema, more)).isNotEmpty();
    assertThat(api.faults(schema, less)).isNotEmpty();
    assertThat(api.faults(api.operation("GET", "/healthz"), answer))
        .contains("undocumented header x-model-variant");
  }

  /// The other direction: what is described can be had.
  @Test
  void givesEveryAnswerThatIsDescribed() throws Exception {
    for (Example example : api.examples()) {
      send(example);
    }
    for (Operation operation : api.operations()) {
      switch (Endpoint.valueOf(endpointAt(operation.path()))) {
        case INFER, PREDICT -> provokePrediction(operation);
        case FEEDBACK -> provokeFeedback(operation);
        case ADMIN_CONFIG,
            ADMIN_WARMUP,
            ADMIN_PROMOTE,
            ADMIN_MODELS,
            ADMIN_SYSTEM,
            ADMIN_MODELS_VALIDATE,
            ADMIN_MODELS_LOAD,
            ADMIN_MODELS_UNLOAD ->
            provokeAdmin(operation);
        case ADMIN_EVENTS -> provokeEvents(operation);
        case ADMIN_HISTORY, ROLLOUTS -> provokeRollouts(operation);
        case ROLLOUT,
            ROLLOUT_HISTORY,
            ROLLOUT_EXPLAIN,
            ROLLOUT_REPLAY,
            ROLLOUT_SERIES,
            ROLLOUT_VERB ->
            provokeRollout(operation);
        case V2_MODEL_INFER, V2_VERSION_INFER, KSERVE_PREDICT -> provokeTensors(operation);
        case SAGEMAKER_INVOCATIONS, VERTEX_PREDICT -> provokeTensorsOfDefaultModel(operation);
        case V2_LOAD, V2_UNLOAD -> provokeMoves(operation);
        case V2_INDEX -> provokeIndex(operation);
        case V2,
            V2_STATS,
            V2_MODEL,
            V2_MODEL_READY,
            V2_MODEL_CONFIG,
            V2_MODEL_STATS,
            V2_VERSION,
            V2_VERSION_READY,
            V2_VERSION_CONFIG,
            V2_VERSION_STATS,
            KSERVE_MODELS,
            KSERVE_MODEL ->
            provokeProtocol(operation);
        case V2_LIVE,
            V2_READY,
            SAGEMAKER_PING,
            VERTEX_HEALTH,
            HEALTHZ,
            HEALTH,
            READY,
            METRICS,
            OPENAPI ->
            send(request(operation, empty()));
        case CONSOLE, CONSOLE_ASSET, CONSOLE_SESSION -> provokeConsole(operation);
        case MANAGE, OTHER -> throw new IllegalStateException(operation.name());
      }
    }

    for (Operation operation : api.operations()) {
      for (Map.Entry<String, JsonNode> response :
          operation.described().path("responses").properties()) {
        // Without ADMIN_TOKEN only; the refusal is the same for all of the admin API.
        boolean adminOff = operation.method().equals("GET") && response.getKey().equals("403");
        if (!NOT_ON_DEMAND.contains(response.getKey()) && !adminOff) {
          assertThat(seen).contains(operation.name() + " " + response.getKey());
        }
      }
    }
  }

  @Test
  void servesTheDocumentThatWasTested() throws Exception {
    HttpResponse<String> answer = send(request(api.operation("GET", "/openapi.yml"), empty()));

    assertThat(answer.body()).isEqualTo(Repository.text("function/src/main/resources/openapi.yml"));
  }

  private static String endpointAt(String path) {
    return Arrays.stream(Endpoint.values())
        .filter(it -> it.path().equals(path))
        .findFirst()
        .orElseThrow()
        .name();
  }

  private void provokePrediction(Operation operation) throws Exception {
    BodyPublisher body = BodyPublishers.ofString(exampleOf(operation, 200).body().toString());
    send(request(operation, body));
    send(as(someKey(), request(operation, body)).setHeader("Content-Type", "text/plain"));
    send(as(someKey(), request(operation, body)).header("X-Model-Variant", "A"));
    send(as(ADMIN, request(operation, body)).header("X-Model-Variant", "nobody"));
    send(as(someKey(), request(operation, body)).header("Prefer", "wait=0"));
    send(as(someKey(), request(operation, tooLarge())));
    String eager = someKey();
    for (int i = 0; i <= BURST; i++) {
      send(as(eager, request(operation, body)));
    }
  }

  private void provokeTensors(Operation operation) throws Exception {
    provokeTensorsOfDefaultModel(operation);
    BodyPublisher body = BodyPublishers.ofString(exampleOf(operation, 200).body().toString());
    send(as(someKey(), at(operation, "nothing", body)));
  }

  private void provokeTensorsOfDefaultModel(Operation operation) throws Exception {
    provokePrediction(operation);
    BodyPublisher body = BodyPublishers.ofString(exampleOf(operation, 200).body().toString());
    send(as(someKey(), request(operation, body)).header("Content-Encoding", "br"));
  }

  private void provokeProtocol(Operation operation) throws Exception {
    send(request(operation, empty()));
    send(as(someKey(), request(operation, empty())));
    send(as(someKey(), at(operation, "nothing", empty())));
  }

  private void provokeIndex(Operation operation) throws Exception {
    provokeProtocol(operation);
    send(as(someKey(), request(operation, tooLarge())));
  }

  /// Each answer once; the sixth wrong token is one too many.
  private void provokeConsole(Operation operation) throws Exception {
    switch (Endpoint.valueOf(endpointAt(operation.path()))) {
      case CONSOLE_ASSET -> {
        send(request(operation, "/console/nothing.js", empty()));
        HttpResponse<String> icon = send(request(operation, "/console/icon.svg", empty()));
        send(
            request(operation, "/console/icon.svg", empty())
                .header("If-None-Match", icon.headers().firstValue("etag").orElseThrow()));
      }
      case CONSOLE_SESSION -> provokeSession(operation);
      default -> send(request(operation, empty()));
    }
  }

  private void provokeSession(Operation operation) throws Exception {
    String here = "http://" + service.at("/").getAuthority();
    BodyPublisher right = text("{\"token\": \"" + VIEWER + "\"}");
    switch (operation.method()) {
      case "GET" -> {
        send(request(operation, empty()));
        Operation login = api.operation("POST", operation.path());
        String cookie =
            send(request(login, right)).headers().firstValue("set-cookie").orElseThrow();
        send(request(operation, empty()).header("Cookie", cookie.split(";", 2)[0]));
      }
      case "DELETE" -> {
        send(request(operation, empty()));
        send(request(operation, empty()).header("X-Sluice-Request", "1").header("Origin", here));
      }
      default -> {
        send(request(operation, right));
        send(request(operation, text("{}")));
        send(request(operation, right).header("Origin", "https://elsewhere.example"));
        send(request(operation, right).setHeader("Content-Type", "text/plain"));
        send(request(operation, tooLarge()));
        for (int i = 0; i < 6; i++) {
          send(request(operation, text("{\"token\": \"wrong\"}")));
        }
      }
    }
  }

  /// In an order in which each can be done.
  private void provokeMoves(Operation operation) throws Exception {
    provokeAdmin(operation);
    send(as(ADMIN, at(operation, "nothing", empty())));
    send(as(ADMIN, at(operation, "sms", empty())));
    send(as(ADMIN, at(operation, "moving", empty())));
    send(as(ADMIN, at(operation, "moving", empty())));
  }

  private Asked at(Operation operation, String model, BodyPublisher body) {
    String target = operation.path().replace("{model}", model).replace("{version}", "v1");
    return request(operation, target, body);
  }

  private void provokeFeedback(Operation operation) throws Exception {
    BodyPublisher body = BodyPublishers.ofString("[]");
    send(request(operation, body));
    send(as(someKey(), request(operation, body)).setHeader("Content-Type", "text/plain"));
    send(as(someKey(), request(operation, body)).header("X-Model-Variant", "A"));
    send(as(someKey(), request(operation, tooLarge())));
    String eager = someKey();
    for (int i = 0; i <= BURST; i++) {
      send(as(eager, request(operation, body)));
    }
  }

  private void provokeAdmin(Operation operation) throws Exception {
    boolean reads = operation.method().equals("GET");
    send(request(operation, empty()));
    send(as(VIEWER, request(operation, empty())));
    if (!reads) {
      send(as(ADMIN, request(operation, tooLarge())));
    }
  }

  /// Those that came before the first one are left unread.
  private void provokeEvents(Operation operation) throws Exception {
    send(request(operation, empty()));
    send(as(ADMIN, request(operation, operation.path() + "?after=x", empty())));
    HttpResponse<InputStream> stream =
        client.send(
            as(VIEWER, request(operation, empty())).request().build(),
            BodyHandlers.ofInputStream());
    stream.body().close();
    assertThat(stream.headers().firstValue("content-type")).contains("text/event-stream");
    seen.add(operation.name() + " " + stream.statusCode());
  }

  /// Lists, and the making of one.
  private void provokeRollouts(Operation operation) throws Exception {
    provokeAdmin(operation);
    if (operation.method().equals("GET")) {
      send(as(ADMIN, request(operation, empty())));
      send(as(ADMIN, request(operation, operation.path() + "?limit=0", empty())));
      return;
    }
    String canary = canary();
    send(
        as(
            ADMIN,
            request(
                operation, text("{\"version\": \"%s\", \"dry_run\": true}".formatted(canary)))));
    String started = started();
    send(
        as(
            ADMIN,
            request(operation, text("{\"version\": \"%s\", \"start\": true}".formatted(canary)))));
    for (String version : List.of(canary, canary.equals("A") ? "B" : "A")) {
      BodyPublisher body = text("{\"version\": \"%s\"}".formatted(version));
      send(as(ADMIN, request(operation, body)).header("Idempotency-Key", "created-" + started));
    }
    Operation weights = api.operation("POST", "/admin/config");
    send(as(ADMIN, request(weights, text("{\"ab_weight_a\": 1, \"ab_weight_b\": 1}"))));
    command(started, "rollback", "{}", "over-" + started);
  }

  /// One of them, one that is none, and one that is not in the right state.
  private void provokeRollout(Operation operation) throws Exception {
    provokeAdmin(operation);
    String started = started();
    for (String id : List.of(draft(), "nobody", started)) {
      String target = operation.path().replace("{id}", id).replace("{verb}", "pause");
      send(as(ADMIN, request(operation, target, empty())));
      send(as(ADMIN, request(operation, target + "?limit=0", empty())));
      send(as(ADMIN, request(operation, target, empty())).header("X-Sluice-Actor", "judge"));
    }
    command(started, "rollback", "{}", "verb-" + started);
    command(started, "rollback", "{\"reason\": \"again\"}", "verb-" + started);
  }

  private void command(String id, String verb, String body, String key) throws Exception {
    Operation operation = api.operation("POST", "/admin/rollouts/{id}/{verb}");
    String target = "/admin/rollouts/" + id + "/" + verb;
    send(as(ADMIN, request(operation, target, text(body))).header("Idempotency-Key", key));
  }

  private String draft() throws Exception {
    return created("{\"version\": \"%s\"}".formatted(canary()));
  }

  private String started() throws Exception {
    return created("{\"version\": \"%s\", \"start\": true}".formatted(canary()));
  }

  /// The version of the two that is not stable: promotions are among what is tried here.
  private String canary() throws Exception {
    Operation config = api.operation("GET", "/admin/config");
    String stable =
        OpenApi.json(send(as(ADMIN, request(config, empty()))).body())
            .path("models")
            .path("digits")
            .path("stable")
            .asText();
    return stable.equals("B") ? "A" : "B";
  }

  private String created(String body) throws Exception {
    Operation operation = api.operation("POST", "/admin/rollouts");
    HttpResponse<String> answer = send(as(ADMIN, request(operation, text(body))));
    assertThat(answer.statusCode()).isEqualTo(201);
    return OpenApi.json(answer.body()).path("id").asText();
  }

  private static BodyPublisher text(String body) {
    return BodyPublishers.ofString(body);
  }

  private static BodyPublisher empty() {
    return BodyPublishers.noBody();
  }

  private static BodyPublisher tooLarge() {
    return BodyPublishers.ofString(" ".repeat(MOST_BYTES + 1));
  }

  private Example exampleOf(Operation operation, int status) {
    return api.examples().stream()
        .filter(it -> it.operation().name().equals(operation.name()) && it.status() == status)
        .findFirst()
        .orElseThrow();
  }

  private HttpResponse<String> send(Example example) throws Exception {
    String token = example.operation().path().startsWith("/admin") ? ADMIN : someKey();
    return send(
        as(
            token,
            request(example.operation(), BodyPublishers.ofString(example.body().toString()))));
  }

  /// A request on its way, and the operation it is for.
  private record Asked(Operation operation, HttpRequest.Builder request) {
    Asked header(String name, String value) {
      request.header(name, value);
      return this;
    }

    Asked setHeader(String name, String value) {
      request.setHeader(name, value);
      return this;
    }
  }

  private Asked request(Operation operation, BodyPublisher body) {
    String target =
        operation
            .path()
            .replace("{endpoint}", "17")
            .replace("{id}", "nobody")
            .replace("{verb}", "pause")
            .replace("{model}", "sentence")
            .replace("{version}", "v1");
    return request(operation, target, body);
  }

  private Asked request(Operation operation, String target, BodyPublisher body) {
    return new Asked(
        operation,
        HttpRequest.newBuilder(service.at(target))
            .header("Content-Type", "application/json")
            .method(operation.method(), body));
  }

  private static Asked as(String token, Asked asked) {
    return asked.header("Authorization", "Bearer " + token);
  }

  /// Every answer, whatever it is for, is held against the document.
  private HttpResponse<String> send(Asked asked) throws Exception {
    HttpResponse<String> answer = client.send(asked.request().build(), BodyHandlers.ofString());
    assertThat(api.faults(asked.operation(), answer))
        .as(asked.operation().name() + " " + answer.statusCode() + " " + answer.body())
        .isEmpty();
    seen.add(asked.operation().name() + " " + answer.statusCode());
    return answer;
  }
}
