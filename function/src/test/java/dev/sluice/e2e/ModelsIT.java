package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.e2e.RawConnection.Answer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Versions that come and go while callers go on calling.
class ModelsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ADMIN = "Authorization: Bearer " + RunningService.ADMIN;

  @TempDir static Path folder;
  private static Path models;
  private static RunningService service;
  private static String digit;

  @BeforeAll
  static void start() throws Exception {
    digit = Pictures.body(Pictures.digit("digit-7.png"));
    models = Files.createDirectories(folder.resolve("models"));
    put("sms/v1", "sms/v1");
    putSmall("matrix-product", "product/v1");
    putSmall("no-zeros", "far/v1");
    service = RunningService.easy(folder, Map.of("MODELS_DIR", models.toString()));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  /// Puts a shipped model where another version is looked for.
  private static void put(String shipped, String version) throws Exception {
    Path file = Files.createDirectories(models.resolve(version)).resolve("model.onnx");
    Files.copy(
        RunningService.home().resolve("models").resolve(shipped).resolve("model.onnx"),
        file,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static HttpResponse<String> order(String verb, String model, String version)
      throws Exception {
    return service.operate(
        "POST",
        "/admin/models/" + verb,
        "{\"model\":\"%s\",\"version\":\"%s\"}".formatted(model, version));
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    return JSON.readTree(answer.body());
  }

  private static JsonNode list() throws Exception {
    return json(service.operate("GET", "/admin/models", ""));
  }

  private static int asked(String version) throws Exception {
    return service
        .post(
            "/v1/infer",
            digit,
            "Authorization",
            "Bearer " + RunningService.ADMIN,
            "X-Model-Variant",
            version)
        .statusCode();
  }

  private static List<String> series(String version) throws Exception {
    return service
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.contains("version=\"" + version + "\""))
        .toList();
  }

  @Test
  void aVersionComesServesAndGoes() throws Exception {
    put("digits/C", "digits/come");
    assertThat(list().path("available").toString()).contains("\"come\"");
    assertThat(asked("come")).isEqualTo(404);

    HttpResponse<String> loaded = order("load", "digits", "come");

    assertThat(loaded.statusCode()).as(loaded.body()).isEqualTo(200);
    assertThat(json(loaded).path("state").asText()).isEqualTo("healthy");
    assertThat(json(loaded).path("sha256").asText()).startsWith("bc46033e");
    assertThat(asked("come")).isEqualTo(200);
    assertThat(series("come"))
        .anyMatch(line -> line.startsWith("sluice_model_loaded{"))
        .anyMatch(line -> line.startsWith("sluice_model_info{"));
    assertThat(order("load", "digits", "come").statusCode()).isEqualTo(409);

    assertThat(order("unload", "digits", "come").statusCode()).isEqualTo(200);

    assertThat(asked("come")).isEqualTo(404);
    assertThat(series("come")).isEmpty();
    assertThat(order("unload", "digits", "come").statusCode()).isEqualTo(404);
    assertThat(order("load", "digits", "come").statusCode()).isEqualTo(200);
    assertThat(asked("come")).isEqualTo(200);
  }

  private static Path small(String name) {
    return RunningService.home()
        .resolve("function/src/test/resources/models/tensors")
        .resolve(name + ".onnx");
  }

  /// Puts a test's own model where a version is looked for.
  private static void putSmall(String name, String version) throws Exception {
    Files.copy(
        small(name),
        Files.createDirectories(models.resolve(version)).resolve("model.onnx"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void aModelOfTensorsIsServedAndKeepsItsPorts() throws Exception {
    putSmall("two-in-two-out", "sums/v1");
    putSmall("two-in-two-out-wider", "sums/v2");

    HttpResponse<String> loaded = order("load", "sums", "v1");
    HttpResponse<String> other = order("load", "sums", "v2");

    assertThat(loaded.statusCode()).as(loaded.body()).isEqualTo(200);
    assertThat(json(loaded).path("task").asText()).isEqualTo("tensor");
    assertThat(list().at("/models/sums/v1/state").asText()).isEqualTo("healthy");
    assertThat(other.statusCode()).as(other.body()).isEqualTo(422);
    assertThat(other.body()).contains("input a is float[?,3], not float[?,2]");
  }

  @Test
  void modelsOfTensorsAreThereFromTheStartEvenIfTheyCannotTakeZeros() throws Exception {
    JsonNode models = list().path("models");

    assertThat(models.at("/product/v1/state").asText()).isEqualTo("healthy");
    assertThat(models.at("/far/v1/state").asText()).isEqualTo("healthy");
    assertThat(service.output()).contains("not warmed up: the model does not take zeros");
  }

  @Test
  void textsForAModelOfTensorsAreRefused(@TempDir Path alone) throws Exception {
    Path empty = Files.createDirectories(alone.resolve("models"));
    try (var other = RunningService.easy(alone, Map.of("MODELS_DIR", empty.toString()))) {
      Files.copy(
          small("two-in-two-out"),
          Files.createDirectories(empty.resolve("sentence/tensors")).resolve("model.onnx"));
      assertThat(
              other
                  .operate(
                      "POST",
                      "/admin/models/load",
                      "{\"model\":\"sentence\",\"version\":\"tensors\"}")
                  .statusCode())
          .isEqualTo(200);

      HttpResponse<String> answer = other.post("/predict", "{\"sentence\":\"hello\"}");

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("this model takes tensors: use /v2");
    }
  }

  @Test
  void unloadingUnderLoadLosesNoRequest() throws Exception {
    put("digits/C", "digits/busy");
    assertThat(order("load", "digits", "busy").statusCode()).isEqualTo(200);
    byte[] split = RawConnection.post("/v1/infer", digit);
    byte[] named = RawConnection.post("/v1/infer", digit, ADMIN, "X-Model-Variant: busy");
    var done = new AtomicBoolean();
    var tasks = new ArrayList<Callable<List<Answer>>>();
    for (int i = 0; i < 3; i++) {
      tasks.add(() -> askedUntil(done, List.of(split, named, named, named)));
    }
    tasks.add(
        () -> {
          try {
            assertThat(order("unload", "digits", "busy").statusCode()).isEqualTo(200);
            return List.of();
          } finally {
            done.set(true);
          }
        });

    List<Answer> answers = Crowd.together(tasks).stream().flatMap(List::stream).toList();

    assertThat(Crowd.statuses(answers)).containsOnlyKeys(200, 404);
    assertThat(Crowd.variants(answers)).containsKeys("A");
  }

  private static List<Answer> askedUntil(AtomicBoolean done, List<byte[]> requests)
      throws Exception {
    var answers = new ArrayList<Answer>();
    try (RawConnection connection = service.connect()) {
      while (!done.get()) {
        answers.addAll(connection.exchangeAll(requests));
      }
    }
    return answers;
  }

  @Test
  void aVersionThatTakesSomethingElseIsRefusedAndNothingChanges() throws Exception {
    put("sms/v1", "digits/other");
    JsonNode before = json(service.operate("GET", "/admin/config", ""));

    HttpResponse<String> refused = order("load", "digits", "other");

    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(json(refused).path("detail").asText()).contains("takes texts, stable takes images");
    JsonNode after = json(service.operate("GET", "/admin/config", ""));
    assertThat(after.path("revision")).isEqualTo(before.path("revision"));
    assertThat(after.at("/models/digits/versions").has("other")).isFalse();
    JsonNode failed = list().at("/models/digits/other");
    assertThat(failed.path("state").asText()).isEqualTo("failed");
    assertThat(failed.at("/checks/0/message").asText()).contains("takes texts");
    assertThat(asked("other")).isEqualTo(404);
  }

  @Test
  void whatIsStableOrCanaryStays() throws Exception {
    HttpResponse<String> stable = order("unload", "digits", "A");
    HttpResponse<String> canary = order("unload", "digits", "B");

    assertThat(stable.statusCode()).isEqualTo(409);
    assertThat(stable.body()).contains("digits/A is stable");
    assertThat(canary.statusCode()).isEqualTo(409);
    assertThat(canary.body()).contains("digits/B is the canary");
    assertThat(asked("A")).isEqualTo(200);
  }

  @Test
  void theFirstVersionOfANewModelIsItsStable() throws Exception {
    put("sentence/v1", "sentence/first");

    assertThat(order("load", "sentence", "first").statusCode()).isEqualTo(200);

    HttpResponse<String> answer = service.post("/predict", "{\"sentence\":\"I love this!\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(order("unload", "sentence", "first").statusCode()).isEqualTo(409);
  }

  @Test
  void onlyTheAdminTokenLoadsAndTheViewerTokenLists() throws Exception {
    String viewer = "Bearer " + RunningService.VIEWER;

    HttpResponse<String> listed = service.get("/admin/models", "Authorization", viewer);
    HttpResponse<String> loaded =
        service.post(
            "/admin/models/load",
            "{\"model\":\"digits\",\"version\":\"A\"}",
            "Authorization",
            viewer);

    assertThat(listed.statusCode()).isEqualTo(200);
    assertThat(json(listed).at("/models/digits/A/checks")).hasSize(4);
    assertThat(loaded.statusCode()).isEqualTo(403);
    assertThat(service.get("/admin/models").statusCode()).isEqualTo(401);
  }

  @Test
  void noPathLeadsOutOfTheFolderOfModels() throws Exception {
    Path outside = Files.writeString(folder.resolve("outside.onnx"), "not ours");
    Files.createSymbolicLink(models.resolve("link.onnx"), outside);

    for (String path : List.of("../outside.onnx", outside.toString(), "link.onnx", "sms/../..")) {
      HttpResponse<String> answer =
          service.operate("POST", "/admin/models/validate", "{\"path\":\"" + path + "\"}");
      assertThat(answer.statusCode()).as(path).isEqualTo(422);
      assertThat(answer.body()).doesNotContain(folder.toString());
    }
    HttpResponse<String> absent =
        service.operate("POST", "/admin/models/validate", "{\"path\":\"absent.onnx\"}");
    assertThat(absent.statusCode()).isEqualTo(404);
    HttpResponse<String> fine =
        service.operate("POST", "/admin/models/validate", "{\"path\":\"sms/v1/model.onnx\"}");
    assertThat(json(fine).path("valid").asBoolean()).as(fine.body()).isTrue();
  }

  @Test
  void aModelThatAsksForGigabytesEndsNothingButItsOwnTrial() throws Exception {
    Path file = Files.createDirectories(models.resolve("digits/greedy")).resolve("model.onnx");
    Files.copy(
        RunningService.home().resolve("function/src/test/resources/models/greedy.onnx"), file);

    HttpResponse<String> refused = order("load", "digits", "greedy");

    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    assertThat(service.alive()).isTrue();
    assertThat(asked("A")).isEqualTo(200);
  }
}
