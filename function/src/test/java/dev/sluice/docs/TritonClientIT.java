package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Plays what the page on clients shows of tritonclient: beside each block of Python the bytes that
/// the client sends for it, and what its lines then print. A block that is not here fails.
final class TritonClientIT {
  private static final String ADMIN = "Authorization: Bearer 0123456789abcdef";
  private static final String SENTENCE = "/v2/models/sentence/infer";
  private static final String TEXT =
      """
      {"inputs":[{"name":"text","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":16}}],\
      "parameters":{"binary_data_output":true}}""";
  private static final byte[] LOVE =
      TritonClient.joined(new byte[] {12, 0, 0, 0}, ascii("I love this!"));

  @TempDir static Path data;
  private static RunningService service;
  private static TritonClient client;

  @BeforeAll
  static void start() throws IOException {
    service = RunningService.start(Map.of("ADMIN_TOKEN", "0123456789abcdef"), data);
    client = new TritonClient(service.at("/"));
  }

  @AfterAll
  static void stop() throws IOException {
    client.close();
    service.close();
  }

  /// @param python a block of the page
  private record Play(String python, Bytes bytes) {}

  /// Sends what the client sends and answers what Python prints, one text a line.
  private interface Bytes {
    List<String> play(TritonClient client) throws IOException;
  }

  private static List<CodeBlock> blocks() throws IOException {
    return CodeBlock.of(Repository.text("function/docs/clients.md"), "python").stream()
        .filter(block -> !block.code().contains("urllib"))
        .toList();
  }

  @Test
  void everyBlockHasItsBytes() throws IOException {
    List<String> shown = blocks().stream().map(CodeBlock::code).toList();

    assertThat(plays().stream().map(Play::python)).containsExactlyElementsOf(shown);
  }

  @TestFactory
  Stream<DynamicTest> printsWhatThePageShows() throws IOException {
    return blocks().stream()
        .map(
            block ->
                dynamicTest(block.code().lines().findFirst().orElseThrow(), () -> plays(block)));
  }

  /// What perf_analyzer reads before it measures, and an infer request of the client in C++, which
  /// always says how long its JSON is.
  @Test
  void perfAnalyzerFindsWhatItReads() throws IOException {
    assertThat(Repository.text("function/docs/clients.md")).contains("perf_analyzer -m digits");
    JsonNode metadata = client.get("/v2/models/digits").response();
    JsonNode config = client.get("/v2/models/digits/config").response();
    JsonNode stats = client.get("/v2/models/digits/versions/B/stats").response();

    assertThat(python(metadata.at("/inputs/0/shape"))).isEqualTo("[-1, 1, 8, 8]");
    assertThat(config.path("max_batch_size").asInt()).isGreaterThanOrEqualTo(8);
    assertThat(config.at("/input/0/name")).isEqualTo(metadata.at("/inputs/0/name"));
    assertThat(config.at("/output/0/name")).isEqualTo(metadata.at("/outputs/0/name"));
    assertThat(python(client.get("/v2").response().path("extensions"))).contains("'statistics'");
    assertThat(stats.at("/model_stats/0/inference_stats/cache_hit/count").isNumber()).isTrue();
    assertThat(stats.at("/model_stats/0/inference_stats/cache_miss/count").isNumber()).isTrue();

    String json =
        """
        {"id":"0","inputs":[{"name":"image","shape":[2,1,8,8],"datatype":"FP32",\
        "parameters":{"binary_data_size":512}}],"outputs":[{"name":"probabilities",\
        "parameters":{"binary_data":true}}]}""";
    InferResult result =
        client.infer(
            "/v2/models/digits/infer",
            json,
            TritonClient.joined(pixels(), pixels()),
            "Content-Type: application/octet-stream");

    assertThat(result.shape("probabilities")).isEqualTo("(2, 10)");
    assertThat(result.argmax("probabilities")).isEqualTo(7);
  }

  private static void plays(CodeBlock block) throws IOException {
    Play play =
        plays().stream()
            .filter(it -> it.python().equals(block.code()))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no bytes for\n" + block.code()));

    List<String> printed = play.bytes().play(client);

    assertThat(printed).hasSameSizeAs(block.answers());
    for (int i = 0; i < printed.size(); i++) {
      assertThat(new Shown(block.answers().get(i)).matches(printed.get(i)))
          .as(block.code() + "prints " + printed + " and not " + block.answers())
          .isTrue();
    }
  }

  private static List<Play> plays() {
    return List.of(
        new Play(
            """
            import numpy as np
            import tritonclient.http as httpclient
            from tritonclient.utils import InferenceServerException

            client = httpclient.InferenceServerClient("localhost:8080")
            print(client.is_server_live())
            print(client.is_server_ready())
            print(client.is_model_ready("sentence"))
            print(client.is_model_ready("sentence", "v9"))
            """,
            client ->
                List.of(
                    is200(client.get("/v2/health/live")),
                    is200(client.get("/v2/health/ready")),
                    is200(client.get("/v2/models/sentence/ready")),
                    is200(client.get("/v2/models/sentence/versions/v9/ready")))),
        new Play(
            """
            print(client.get_server_metadata()["name"])
            print(client.get_model_metadata("digits")["inputs"][0]["shape"])
            print(client.get_model_metadata("digits", "B")["versions"])
            print(client.get_model_config("digits")["max_batch_size"])
            print(len(client.get_model_repository_index()))
            """,
            client -> {
              JsonNode digits = client.get("/v2/models/digits").response();
              JsonNode b = client.get("/v2/models/digits/versions/B").response();
              return List.of(
                  client.get("/v2").response().path("name").asText(),
                  python(digits.at("/inputs/0/shape")),
                  python(b.path("versions")),
                  python(client.get("/v2/models/digits/config").response().path("max_batch_size")),
                  python(client.post("/v2/repository/index", new byte[0]).response().size()));
            }),
        new Play(
            """
            text = httpclient.InferInput("text", [1], "BYTES")
            text.set_data_from_numpy(np.array(["I love this!"], dtype=object))
            result = client.infer("sentence", [text])
            print(result.as_numpy("probabilities").shape)
            print(result.as_numpy("probabilities").argmax())
            print(result.get_response()["model_version"])
            """,
            client -> {
              InferResult result = client.infer(SENTENCE, TEXT, LOVE);
              return List.of(
                  result.shape("probabilities"),
                  python(result.argmax("probabilities")),
                  result.response().path("model_version").asText());
            }),
        new Play(
            """
            row = next(line for line in open("models/samples/held-out.csv") if line.startswith("7,"))
            pixels = np.array(row.split(",")[1:], dtype=np.float32).reshape(1, 1, 8, 8) / 255
            image = httpclient.InferInput("image", [1, 1, 8, 8], "FP32")
            image.set_data_from_numpy(pixels)
            best = httpclient.InferRequestedOutput("probabilities", class_count=2)
            result = client.infer("digits", [image], model_version="B", outputs=[best])
            print(result.as_numpy("probabilities"))
            """,
            client -> {
              String json =
                  """
                  {"inputs":[{"name":"image","shape":[1,1,8,8],"datatype":"FP32",\
                  "parameters":{"binary_data_size":256}}],"outputs":[{"name":"probabilities",\
                  "parameters":{"classification":2,"binary_data":true}}]}""";
              InferResult result =
                  client.infer("/v2/models/digits/versions/B/infer", json, pixels());
              assertThat(result.shape("probabilities")).isEqualTo("(1, 2)");
              List<String> texts = result.texts("probabilities");
              return List.of("[[b'" + String.join("' b'", texts) + "']]");
            }),
        new Play(
            """
            result = client.infer("digits", [image], headers={"X-User-Id": "ann"})
            print(result.get_response()["model_version"])
            """,
            client -> {
              String json =
                  """
                  {"inputs":[{"name":"image","shape":[1,1,8,8],"datatype":"FP32",\
                  "parameters":{"binary_data_size":256}}],"parameters":{"binary_data_output":true}}""";
              InferResult result =
                  client.infer("/v2/models/digits/infer", json, pixels(), "X-User-Id: ann");
              return List.of(result.response().path("model_version").asText());
            }),
        new Play(
            """
            text.set_data_from_numpy(np.array(["I love this!"], dtype=object), binary_data=False)
            plain = httpclient.InferRequestedOutput("probabilities", binary_data=False)
            result = client.infer("sentence", [text], outputs=[plain], request_id="42")
            print(result.as_numpy("probabilities").argmax())
            print(result.get_response()["id"])
            """,
            client -> {
              String json =
                  """
                  {"id":"42","inputs":[{"name":"text","shape":[1],"datatype":"BYTES",\
                  "data":["I love this!"]}],"outputs":[{"name":"probabilities",\
                  "parameters":{"binary_data":false}}]}""";
              InferResult result = client.post(SENTENCE, ascii(json));
              assertThat(result.headerLength()).isEmpty();
              return List.of(
                  python(result.argmax("probabilities")), result.response().path("id").asText());
            }),
        new Play(
            """
            result = client.infer("digits", [image], model_version="B", request_compression_algorithm="gzip", timeout=500000)
            print(result.as_numpy("probabilities").argmax())
            """,
            client -> {
              String json =
                  """
                  {"inputs":[{"name":"image","shape":[1,1,8,8],"datatype":"FP32",\
                  "parameters":{"binary_data_size":256}}],\
                  "parameters":{"timeout":500000,"binary_data_output":true}}""";
              InferResult result =
                  client.post(
                      "/v2/models/digits/versions/B/infer",
                      gzip(TritonClient.joined(ascii(json), pixels())),
                      "Content-Encoding: gzip",
                      "Inference-Header-Content-Length: " + json.length());
              return List.of(python(result.argmax("probabilities")));
            }),
        new Play(
            """
            token = client.infer("digits", [image]).get_response()["parameters"]["outcome_token"]
            print(token[:3])
            """,
            client -> {
              String json =
                  """
                  {"inputs":[{"name":"image","shape":[1,1,8,8],"datatype":"FP32",\
                  "parameters":{"binary_data_size":256}}],"parameters":{"binary_data_output":true}}""";
              InferResult result = client.infer("/v2/models/digits/infer", json, pixels());
              return List.of(
                  result.response().at("/parameters/outcome_token").asText().substring(0, 3));
            }),
        new Play(
            """
            stats = client.get_inference_statistics("digits", "C")["model_stats"][0]
            print(stats["version"], stats["inference_count"])
            """,
            client -> {
              JsonNode stats =
                  client.get("/v2/models/digits/versions/C/stats").response().at("/model_stats/0");
              return List.of(
                  stats.path("version").asText() + " " + python(stats.path("inference_count")));
            }),
        new Play(
            """
            try:
                client.infer("digits", [text])
            except InferenceServerException as refused:
                print(refused.status())
                print(refused.message())
            """,
            client -> {
              String json =
                  """
                  {"inputs":[{"name":"text","shape":[1],"datatype":"BYTES",\
                  "data":["I love this!"]}],"parameters":{"binary_data_output":true}}""";
              InferResult refused = client.post("/v2/models/digits/infer", ascii(json));
              return List.of(python(refused.status()), refused.message());
            }),
        new Play(
            """
            client.load_model("sms", headers={"Authorization": "Bearer 0123456789abcdef"})
            """,
            client -> {
              InferResult loaded =
                  client.post("/v2/repository/models/sms/load", ascii("{}"), ADMIN);
              assertThat(loaded.status()).isEqualTo(200);
              return List.of();
            }));
  }

  private static String is200(InferResult result) {
    return result.status() == 200 ? "True" : "False";
  }

  private static String python(int number) {
    return Integer.toString(number);
  }

  /// A number, or a list, as Python prints it.
  private static String python(JsonNode node) {
    if (!node.isArray()) {
      return node.isTextual() ? "'" + node.asText() + "'" : node.toString();
    }
    List<String> elements = new ArrayList<>();
    node.forEach(element -> elements.add(python(element)));
    return "[" + String.join(", ", elements) + "]";
  }

  private static byte[] pixels() throws IOException {
    String row =
        Repository.text("models/samples/held-out.csv")
            .lines()
            .filter(line -> line.startsWith("7,"))
            .findFirst()
            .orElseThrow();
    ByteBuffer pixels = ByteBuffer.allocate(64 * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (String grey : row.substring(2).split(",")) {
      pixels.putFloat(Float.parseFloat(grey) / 255f);
    }
    return pixels.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    var zipped = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(zipped)) {
      out.write(plain);
    }
    return zipped.toByteArray();
  }
}
