package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What callers and operators get, and how right it is.
class PredictionIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int AT_ONCE = 50;
  private static final String TOKEN = "Bearer " + RunningService.VIEWER;

  @TempDir static Path folder;
  private static RunningService service;

  @BeforeAll
  static void start() throws Exception {
    service = RunningService.easy(folder, Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    service.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
  void tellsASampleDigitAndWhichModelSaidSo(int digit) throws Exception {
    byte[] picture = Pictures.digit("digit-" + digit + ".png");

    HttpResponse<String> answer = service.post("/v1/infer", Pictures.body(picture));

    JsonNode body = read(answer, 200);
    assertThat(body.at("/top5/0/0").asInt()).isEqualTo(digit);
    assertThat(body.at("/top5")).hasSize(5);
    assertThat(body.at("/shape/0").asInt()).isEqualTo(10);
    assertThat(body.path("model_used").asText())
        .isIn("A", "B")
        .isEqualTo(answer.headers().firstValue("X-Model-Variant").orElseThrow());
    assertThat(body.path("trace_id").asText()).isEqualTo(traceId(answer));
  }

  @Test
  void takesJpegAsWellAsPng() throws Exception {
    HttpResponse<String> answer =
        service.post("/v1/infer", Pictures.body(Pictures.digit("digit-7.jpg")));

    assertThat(read(answer, 200).at("/top5/0/0").asInt()).isEqualTo(7);
  }

  @Test
  void aBrokenItemOfABatchLeavesTheOthersTheirAnswers() throws Exception {
    byte[] broken = {1, 2, 3};
    String body =
        Pictures.batch(
            List.of(Pictures.digit("digit-3.png"), broken, Pictures.digit("digit-5.png")));

    JsonNode results = read(service.post("/v1/infer", body), 200).path("results");

    assertThat(results).hasSize(3);
    assertThat(results.at("/0/top5/0/0").asInt()).isEqualTo(3);
    assertThat(results.at("/1/error/status").asInt()).isEqualTo(422);
    assertThat(results.at("/2/top5/0/0").asInt()).isEqualTo(5);
  }

  @Test
  void findsLoveInASentence() throws Exception {
    HttpResponse<String> answer = service.post("/predict", "{\"sentence\": \"I love this!\"}");

    assertThat(read(answer, 200)).isEqualTo(JSON.readTree("{\"prediction value\": \"love\"}"));
  }

  @Test
  void theDebugGroupGetsTheDebugVariantAndProbabilities() throws Exception {
    HttpResponse<String> answer =
        service.post("/predict", "{\"sentence\": \"I love this!\"}", "X-Experiment-Group", "debug");

    JsonNode body = read(answer, 200);
    assertThat(body.path("prediction value").asText()).isEqualTo("love");
    double sum = 0;
    for (JsonNode probability : body.path("probabilities")) {
      sum += probability.asDouble();
    }
    assertThat(sum).isCloseTo(1, within(1e-4));
    assertThat(answer.headers().firstValue("X-Model-Variant")).contains("v2");
  }

  @Test
  void aBrokenTextOfABatchLeavesTheOthersTheirAnswers() throws Exception {
    JsonNode body =
        read(service.post("/predict", "{\"sms\": [\"See you at seven\", 7]}"), 200)
            .path("prediction value");

    assertThat(body.at("/0").asText()).isEqualTo("ham");
    assertThat(body.at("/1/error/status").asInt()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"A, vA.onnx", "B, vB.onnx", "C, digits/C/model.onnx"})
  void digitsAreAsAccurateAsTheModelCardSays(String version, String card) throws Exception {
    List<Pictures.HeldOut> digits = Pictures.heldOut();
    int right = 0;
    for (int from = 0; from < digits.size(); from += AT_ONCE) {
      var some = digits.subList(from, Math.min(from + AT_ONCE, digits.size()));
      String body = Pictures.batch(some.stream().map(Pictures.HeldOut::png).toList());
      JsonNode results = read(chosen("/v1/infer", body, version), 200).path("results");
      for (int i = 0; i < some.size(); i++) {
        right += results.at("/" + i + "/top5/0/0").asInt() == some.get(i).label() ? 1 : 0;
      }
    }

    checkAgainst(card, right, digits.size());
  }

  @ParameterizedTest
  @CsvSource({
    "sentence, v1, held-out-emotion.tsv",
    "sentence, v2, held-out-emotion.tsv",
    "sms, v1, held-out-sms.tsv",
    "sms, v2, held-out-sms.tsv"
  })
  void textsAreAsAccurateAsTheModelCardSays(String model, String version, String file)
      throws Exception {
    List<String> lines =
        Files.readAllLines(RunningService.home().resolve("models/samples/" + file));
    int right = 0;
    for (int from = 0; from < lines.size(); from += AT_ONCE) {
      var labels = new ArrayList<String>();
      var body = JSON.createObjectNode();
      var texts = body.putArray(model);
      for (String line : lines.subList(from, Math.min(from + AT_ONCE, lines.size()))) {
        labels.add(line.substring(0, line.indexOf('\t')));
        texts.add(line.substring(line.indexOf('\t') + 1));
      }
      JsonNode answer = read(chosen("/predict", body.toString(), version), 200);
      for (int i = 0; i < labels.size(); i++) {
        String said = answer.path("prediction value").at("/" + i).asText();
        right += said.equals(labels.get(i)) ? 1 : 0;
      }
    }

    checkAgainst(model + "/" + version + "/model.onnx", right, lines.size());
  }

  private static HttpResponse<String> chosen(String path, String body, String version)
      throws IOException, InterruptedException {
    return service.post(path, body, "X-Model-Variant", version, "Authorization", TOKEN);
  }

  private static void checkAgainst(String card, int right, int of) throws IOException {
    JsonNode cards = JSON.readTree(RunningService.home().resolve("models/cards.json").toFile());
    assertThat(cards.path(card).path("heldOut").asInt()).isEqualTo(of);
    assertThat((double) right / of)
        .isCloseTo(cards.path(card).path("accuracy").asDouble(), within(0.00006));
  }

  private static JsonNode read(HttpResponse<String> answer, int status) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return JSON.readTree(answer.body());
  }

  private static String traceId(HttpResponse<String> answer) {
    return answer.headers().firstValue("Trace-Id").orElseThrow();
  }
}
