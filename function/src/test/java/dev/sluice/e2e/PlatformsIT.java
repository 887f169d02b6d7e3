package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The contracts of SageMaker, KServe v1 and Vertex AI on a service that has them on, and that they
/// are not there on one that has not.
class PlatformsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String BINARY = "application/vnd.sagemaker-triton.binary+json";
  private static final String ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes";
  private static final String ROW = "[" + "[0,0,0,0,0,0,0,1],".repeat(7) + "[1,2,3,4,5,6,7,8]]";

  @TempDir static Path folder;
  private static RunningService service;

  @BeforeAll
  static void start() throws Exception {
    Path models = folder.resolve("models");
    for (String model : new String[] {"two-in-two-out", "identity-string", "identity-int64"}) {
      ProtocolService.put(models, model, "v1");
    }
    service =
        RunningService.easy(
            folder,
            Map.of(
                "MODELS_DIR", models.toString(),
                "ADAPTERS", "sagemaker,kserve,vertex",
                "AIP_HEALTH_ROUTE", "/vertex/health",
                "AIP_PREDICT_ROUTE", "/vertex/digits:predict"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static HttpResponse<byte[]> post(String path, byte[] body, String... headers)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
            .POST(BodyPublishers.ofByteArray(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static HttpResponse<byte[]> post(String path, String json, String... headers)
      throws Exception {
    return post(path, json.getBytes(StandardCharsets.UTF_8), headers);
  }

  private static JsonNode answered(HttpResponse<byte[]> answer, int status) throws IOException {
    assertThat(answer.statusCode())
        .as(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo(status);
    return JSON.readTree(answer.body());
  }

  private static String digit() {
    return "{\"inputs\":[{\"name\":\"image\",\"shape\":[1,1,8,8],\"datatype\":\"FP32\",\"data\":"
        + ROW.replaceAll("[\\[\\]]", "").transform(values -> "[" + values + "]")
        + "}]}";
  }

  private static JsonNode protocol(String version) throws Exception {
    HttpResponse<byte[]> answer = post("/v2/models/digits/versions/" + version + "/infer", digit());
    return answered(answer, 200).at("/outputs/0/data");
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private record Call(String method, String path) {}

  private static final List<Call> CALLS =
      List.of(
          new Call("GET", "/ping"),
          new Call("POST", "/invocations"),
          new Call("GET", "/v1/models"),
          new Call("GET", "/v1/models/digits"),
          new Call("POST", "/v1/models/digits:predict"),
          new Call("GET", "/v1/endpoints/1/deployedModels/2"),
          new Call("POST", "/v1/endpoints/1/deployedModels/2:predict"),
          new Call("GET", "/vertex/health"),
          new Call("POST", "/vertex/digits:predict"));

  @Test
  void nothingOfItIsThereByDefault() throws Exception {
    var routes =
        Map.of("AIP_HEALTH_ROUTE", "/vertex/health", "AIP_PREDICT_ROUTE", "/vertex/digits:predict");
    Path data = Files.createDirectories(folder.resolve("plain"));
    try (var plain = RunningService.easy(data, routes, "-XX:TieredStopAtLevel=1")) {
      for (Call call : CALLS) {
        String body = call.method().equals("GET") ? "" : "{}";
        HttpResponse<String> absent = plain.send(call.method(), call.path(), body);
        HttpResponse<String> nothing = plain.send(call.method(), "/no/such/path", body);

        assertThat(absent.statusCode()).as(call.path()).isEqualTo(404);
        assertThat(withoutTrace(absent)).isEqualTo(withoutTrace(nothing));
        assertThat(plain.send("PUT", call.path(), "{}").statusCode()).isEqualTo(404);
      }
    }
  }

  @Test
  void allOfItIsThereWhenAskedFor() throws Exception {
    for (Call call : CALLS) {
      boolean asks = call.method().equals("GET");

      assertThat(service.send(call.method(), call.path(), asks ? "" : "{}").statusCode())
          .as(call.path())
          .isEqualTo(asks ? 200 : 400);
      assertThat(service.send("PUT", call.path(), "{}").statusCode()).isEqualTo(405);
    }
  }

  @Test
  void anUnknownAdapterStopsTheStart() throws Exception {
    RunningService.Ended ended =
        RunningService.failing(folder, Map.of("ADAPTERS", "kserve,bentoml"));

    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.output()).contains("ADAPTERS must be some of sagemaker, kserve, vertex");
  }

  private static String withoutTrace(HttpResponse<String> answer) {
    return answer.body().replaceAll("\"trace_id\":\"[^\"]*\"", "");
  }

  @Test
  void sageMakerGetsWhatTheProtocolSays() throws Exception {
    HttpResponse<byte[]> answer = post("/invocations", digit(), "Content-Type", "application/json");
    JsonNode body = answered(answer, 200);

    String version = body.path("model_version").asText();
    assertThat(body.path("model_name").asText()).isEqualTo("digits");
    assertThat(body.at("/outputs/0/data")).isEqualTo(protocol(version));
    assertThat(header(answer, "X-Model-Variant")).isEqualTo(version);
    assertThat(header(answer, "Outcome-Token")).isNotEmpty();
    assertThat(header(answer, "Set-Cookie")).startsWith("sluice_variant=");
  }

  @Test
  void sageMakerSendsAndGetsTensorsInBinary() throws Exception {
    String json =
        "{\"parameters\":{\"binary_data_output\":true},\"inputs\":[{\"name\":\"image\","
            + "\"shape\":[1,1,8,8],\"datatype\":\"FP32\","
            + "\"parameters\":{\"binary_data_size\":256}}]}";
    var body = new ByteArrayOutputStream();
    body.writeBytes(json.getBytes(StandardCharsets.UTF_8));
    body.writeBytes(pixels());

    HttpResponse<byte[]> answer =
        post(
            "/invocations",
            body.toByteArray(),
            "Content-Type",
            BINARY + ";json-header-size=" + json.length());
    HttpResponse<byte[]> raw =
        post("/invocations", pixels(), "Content-Type", "application/octet-stream");

    for (HttpResponse<byte[]> one : List.of(answer, raw)) {
      assertThat(one.statusCode()).isEqualTo(200);
      String type = header(one, "Content-Type");
      assertThat(type).startsWith(BINARY + ";json-header-size=");
      assertThat(header(one, "Inference-Header-Content-Length")).isEmpty();
      int size = Integer.parseInt(type.substring(type.indexOf('=') + 1));
      assertThat(one.body()).hasSize(size + 40);
      JsonNode head = JSON.readTree(one.body(), 0, size);
      JsonNode right = protocol(head.path("model_version").asText());
      ByteBuffer values =
          ByteBuffer.wrap(one.body(), size, 40).slice().order(ByteOrder.LITTLE_ENDIAN);
      assertThat(values.getFloat(0)).isEqualTo((float) right.get(0).asDouble());
    }
  }

  private static byte[] pixels() {
    ByteBuffer pixels = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
    for (String value : ROW.replaceAll("[\\[\\]]", "").split(",", -1)) {
      pixels.putFloat(Float.parseFloat(value));
    }
    return pixels.array();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/vnd.sagemaker-triton.binary+json;json-header-size=x|400",
        "application/vnd.sagemaker-triton.binary+json;json-header-size=-1|400",
        "application/vnd.sagemaker-triton.binary+json;json-header-size=99999|400",
        "application/vnd.sagemaker-triton.binary+json;json-header-size|415",
        "text/csv|415"
      })
  void sageMakersContentTypeMustBeRight(String type, int status) throws Exception {
    answered(post("/invocations", digit(), "Content-Type", type), status);
  }

  @Test
  void customAttributesSayWhatTheGatewayDrops() throws Exception {
    HttpResponse<byte[]> debug =
        post("/invocations", digit(), ATTRIBUTES, "experiment-group=debug;request-id=r-7");
    HttpResponse<byte[]> named =
        post(
            "/invocations",
            digit(),
            "X-Amzn-SageMaker-Inference-Id",
            "i-8",
            "Authorization",
            "Bearer " + RunningService.VIEWER,
            ATTRIBUTES,
            "variant=A");

    assertThat(header(debug, "X-Model-Variant")).isEqualTo("B");
    assertThat(header(debug, "Trace-Id")).isEqualTo("r-7");
    assertThat(header(named, "X-Model-Variant")).isEqualTo("A");
    assertThat(header(named, "Trace-Id")).isEqualTo("i-8");
    answered(post("/invocations", digit(), ATTRIBUTES, "variant=A"), 403);
    answered(post("/invocations", digit(), ATTRIBUTES, "wait=0"), 504);
    JsonNode refused = answered(post("/invocations", digit(), ATTRIBUTES, "nonsense"), 400);
    assertThat(refused.path("error").asText()).contains("name=value");
  }

  @Test
  void aCallerKeyInAttributesKeepsItsVersion() throws Exception {
    for (int caller = 0; caller < 20; caller++) {
      HttpResponse<byte[]> invoked =
          post("/invocations", digit(), ATTRIBUTES, "caller-key=caller-" + caller);
      HttpResponse<byte[]> inferred =
          post("/v2/models/digits/infer", digit(), "X-User-Id", "caller-" + caller);

      assertThat(header(invoked, "X-Model-Variant")).isEqualTo(header(inferred, "X-Model-Variant"));
      assertThat(header(invoked, "Set-Cookie")).isEmpty();
    }
  }

  @Test
  void kserveListsItsModels() throws Exception {
    assertThat(JSON.readTree(service.get("/v1/models").body()).toString())
        .isEqualTo(
            "{\"models\":[\"digits\",\"identity-int64\",\"identity-string\",\"two-in-two-out\"]}");
    assertThat(service.get("/v1/models/digits").body())
        .isEqualTo("{\"name\":\"digits\",\"ready\":true}");
    assertThat(service.get("/v1/models/nothing").statusCode()).isEqualTo(404);
    answered(post("/v1/models/nothing:predict", "{\"instances\":[1]}"), 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models/digits:predict",
        "/vertex/digits:predict",
        "/v1/endpoints/1/deployedModels/2:predict"
      })
  void instancesGetPredictionsRowByRow(String path) throws Exception {
    String json = "{\"instances\":[[" + ROW + "],[" + ROW + "]],\"parameters\":{\"any\":1}}";

    HttpResponse<byte[]> answer = post(path, json);

    JsonNode predictions = answered(answer, 200).path("predictions");
    String version = header(answer, "X-Model-Variant");
    assertThat(predictions).hasSize(2);
    assertThat(predictions.get(0)).isEqualTo(predictions.get(1)).isEqualTo(protocol(version));
    assertThat(header(answer, "Outcome-Token")).isNotEmpty();
    assertThat(header(answer, "Content-Type")).isEqualTo("application/json");
  }

  @Test
  void wholeInputsGetWholeOutputs() throws Exception {
    HttpResponse<byte[]> answer =
        post("/v1/models/identity-int64:predict", "{\"inputs\":[[9007199254740993]]}");

    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .contains("\"outputs\":", "9007199254740993");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"instances\":[[[1]]]}",
        "{\"instances\":[]}",
        "{\"instances\":{}}",
        "{\"inputs\":{\"nothing\":[1]}}",
        "{\"instances\":[\"x\"]",
        "[1]"
      })
  void whatDoesNotFitIsRefusedBeforeAVersionIsChosen(String json) throws Exception {
    HttpResponse<byte[]> answer = post("/v1/models/digits:predict", json);

    assertThat(answered(answer, 400).path("error").asText()).isNotEmpty();
    assertThat(header(answer, "X-Model-Variant")).isEmpty();
    assertThat(header(answer, "Content-Type")).isEqualTo("application/problem+json");
  }

  @Test
  void eachContractIsAnExposureUnderALabelOfItsOwn() throws Exception {
    String forA = "caller-key=same";
    double before = exposures();
    answered(post("/invocations", digit(), ATTRIBUTES, forA), 200);
    answered(post("/vertex/digits:predict", "{\"instances\":[[" + ROW + "]]}"), 200);
    answered(post("/v1/models/digits:predict", "{\"instances\":[[" + ROW + "]]}"), 200);
    answered(post("/v1/models/digits:predict", "{\"instances\":[]}"), 400);

    assertThat(exposures() - before).isEqualTo(3);
    assertThat(service.get("/metrics").body())
        .contains("endpoint=\"sagemaker_invocations\"", "endpoint=\"vertex_predict\"");
  }

  /// What the split has decided.
  private static double exposures() throws Exception {
    return service
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("sluice_assignments_total{") && line.contains("digits"))
        .filter(line -> line.contains("\"weight\"") || line.contains("\"sticky\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
