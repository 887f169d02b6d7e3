package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Open Inference Protocol: what is not ready")
class ProtocolReadinessIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String NOT_LOADED =
      "{\"name\":\"look-up\",\"version\":\"v2\",\"state\":\"UNAVAILABLE\","
          + "\"reason\":\"not loaded\"}";

  @TempDir Path folder;

  @Test
  void aVersionThatIsBeingLoadedIsNotReadyUntilItIs() throws Exception {
    Path models = folder.resolve("models");
    ProtocolService.put(models, "look-up", "v1");
    try (var service = RunningService.easy(folder, Map.of("MODELS_DIR", models.toString()))) {
      String path = "/v2/models/look-up/versions/v2/ready";
      assertThat(service.get(path).statusCode()).as("not there").isEqualTo(404);
      ProtocolService.put(models, "look-up", "v2");
      assertThat(index(service, "{}")).contains("\"v1\",\"state\":\"READY\"", NOT_LOADED);
      assertThat(index(service, "{\"ready\":true}")).contains("\"v1\"").doesNotContain("\"v2\"");

      CompletableFuture<Integer> loaded = CompletableFuture.supplyAsync(() -> load(service));

      Poll.until(
          PATIENCE,
          () -> {
            HttpResponse<String> answer = service.get(path);
            return answer.statusCode() == 503
                && answer.body().equals("{\"name\":\"look-up\",\"ready\":false}");
          },
          () -> "never seen on its way");
      assertThat(index(service, "{\"ready\":true}")).doesNotContain("LOADING");
      assertThat(loaded.join()).isEqualTo(200);
      assertThat(service.get(path).statusCode()).isEqualTo(200);
      assertThat(service.get("/v2/models/look-up/ready").statusCode()).isEqualTo(200);
    }
  }

  private static String index(RunningService service, String question) throws Exception {
    return service.post("/v2/repository/index", question).body();
  }

  private static int load(RunningService service) {
    try {
      return service.operate("POST", "/v2/repository/models/look-up/load", "{}").statusCode();
    } catch (Exception broken) {
      throw new AssertionError("no answer", broken);
    }
  }

  @Test
  void aVersionThatDidNotLoadIsListedOnceAndSaysWhy() throws Exception {
    Path models = folder.resolve("models");
    ProtocolService.put(models, "look-up", "v1");
    try (var service = RunningService.easy(folder, Map.of("MODELS_DIR", models.toString()))) {
      Path broken = Files.createDirectories(models.resolve("look-up").resolve("v3"));
      Files.writeString(broken.resolve("model.onnx"), "no model");
      assertThat(load(service)).isEqualTo(422);

      assertThat(index(service, "{}"))
          .containsOnlyOnce("\"version\":\"v3\"")
          .doesNotContain("not loaded");
    }
  }

  @Test
  void aRunThatFailsWhileTheServiceGoesTakesNobodyWithIt() throws Exception {
    Path models = folder.resolve("models");
    ProtocolService.put(models, "look-up", "v1");
    try (var service =
        RunningService.easy(
            folder, Map.of("MODELS_DIR", models.toString(), "DRAIN_SECONDS", "6"))) {
      service.terminate();
      Poll.until(
          PATIENCE, () -> service.get("/ready").statusCode() == 503, () -> "never seen unready");

      for (int again = 0; again < 5; again++) {
        assertThat(lookUp(service, 1_000_000)).isEqualTo(400);
        assertThat(lookUp(service, 1)).isEqualTo(200);
      }
      service.awaitEnd();
    }
  }

  private static int lookUp(RunningService service, int index) throws Exception {
    String wanted = ProtocolClient.input("index", "[1]", "INT64", "[" + index + "]");
    return service.post("/v2/models/look-up/infer", ProtocolClient.request(wanted)).statusCode();
  }

  @Test
  void aServerThatIsGoingIsLiveButNotReady() throws Exception {
    try (var service = RunningService.easy(folder, Map.of("DRAIN_SECONDS", "2"))) {
      assertThat(service.get("/v2/health/ready").body()).isEqualTo("{\"ready\":true}");

      service.terminate();

      Poll.until(
          PATIENCE,
          () -> {
            HttpResponse<String> ready = service.get("/v2/health/ready");
            return ready.statusCode() == 503 && ready.body().equals("{\"ready\":false}");
          },
          () -> "never seen unready");
      assertThat(service.get("/v2/health/live").body()).isEqualTo("{\"live\":true}");
    }
  }
}
