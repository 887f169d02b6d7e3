package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What callers say of answers, on a service that knows its callers.
class FeedbackIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY = "an-api-key-of-the-tests";
  private static final String[] KEYED = {"Authorization", "Bearer " + KEY};

  @TempDir static Path folder;
  private static RunningService service;

  @BeforeAll
  static void start() throws Exception {
    service = RunningService.easy(folder, Map.of("API_KEYS", KEY));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static HttpResponse<String> predicted() throws Exception {
    return service.post("/v1/infer", Pictures.body(Pictures.digit("digit-7.png")), KEYED);
  }

  private static String token(HttpResponse<String> answer) {
    return answer.headers().firstValue("Outcome-Token").orElseThrow();
  }

  private static String report(String token, String rest) {
    return "{\"token\":\"" + token + "\"," + rest + "}";
  }

  private static HttpResponse<String> said(String json, String... headers) throws Exception {
    return service.post("/v1/feedback", json, headers);
  }

  private static void assertSays(HttpResponse<String> answer, String json) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    assertThat(JSON.readTree(answer.body())).isEqualTo(JSON.readTree(json));
  }

  @Test
  void theTokenOfAnAnswerIsTakenBackOnce() throws Exception {
    String token = token(predicted());

    HttpResponse<String> first = said(report(token, "\"label\":\"7\""), KEYED);
    HttpResponse<String> second = said(report(token, "\"reward\":0"), KEYED);

    assertSays(first, "{\"accepted\":1,\"duplicates\":0,\"rejected\":[]}");
    assertSays(second, "{\"accepted\":0,\"duplicates\":1,\"rejected\":[]}");
    assertThat(service.get("/metrics").body())
        .containsPattern("sluice_feedback_total\\{.*outcome=\"accepted\".*} [1-9]")
        .containsPattern("sluice_feedback_total\\{.*outcome=\"duplicate\".*} [1-9]");
  }

  @Test
  void eachAnswerHasATokenOfItsOwnWhichInferSaysInItsBodyToo() throws Exception {
    HttpResponse<String> one = predicted();
    HttpResponse<String> two = predicted();

    assertThat(token(one)).isNotEqualTo(token(two)).hasSizeLessThanOrEqualTo(256);
    assertThat(JSON.readTree(one.body()).path("outcome_token").asText()).isEqualTo(token(one));
  }

  @Test
  void theBodyOfPredictStaysAsItWas() throws Exception {
    HttpResponse<String> answer = service.post("/predict", "{\"sms\":\"See you at 7\"}", KEYED);

    assertThat(answer.body()).isEqualTo("{\"prediction value\":\"ham\"}");
    assertSays(
        said(report(token(answer), "\"label\":\"ham\""), KEYED),
        "{\"accepted\":1,\"duplicates\":0,\"rejected\":[]}");
  }

  @Test
  void anOverrideHasATokenToo() throws Exception {
    HttpResponse<String> answer =
        service.post(
            "/predict",
            "{\"sms\":\"See you at 7\"}",
            "Authorization",
            "Bearer " + RunningService.VIEWER,
            "X-Model-Variant",
            "canary");

    assertSays(
        said(report(token(answer), "\"reward\":1"), KEYED),
        "{\"accepted\":1,\"duplicates\":0,\"rejected\":[]}");
  }

  @Test
  void aBatchHasOneTokenAndNoClass() throws Exception {
    byte[] picture = Pictures.digit("digit-7.png");
    String token =
        token(service.post("/v1/infer", Pictures.batch(List.of(picture, picture)), KEYED));

    assertSays(
        said("[" + report(token, "\"label\":7") + "," + report(token, "\"reward\":1") + "]", KEYED),
        "{\"accepted\":1,\"duplicates\":0,\"rejected\":[{\"index\":0,\"reason\":\"no-class\"}]}");
  }

  @Test
  void whatIsForgedIsNamedAndTheRestIsTaken() throws Exception {
    String good = token(predicted());
    String forged = good.substring(0, good.length() - 6) + "forged";

    assertSays(
        said(
            "[" + report(forged, "\"reward\":1") + "," + report(good, "\"reward\":1") + "]", KEYED),
        "{\"accepted\":1,\"duplicates\":0,\"rejected\":[{\"index\":0,\"reason\":\"bad-signature\"}]}");
  }

  @Test
  void refusesTooManyReportsAndTooManyBytes() throws Exception {
    String item = "{\"token\":\"x\",\"reward\":1}";

    HttpResponse<String> many =
        said("[" + String.join(",", Collections.nCopies(1_001, item)) + "]", KEYED);
    HttpResponse<String> large = said("[" + " ".repeat(1_048_576) + "]", KEYED);

    JsonNode problem = JSON.readTree(many.body());
    assertThat(many.statusCode()).isEqualTo(400);
    assertThat(problem.path("detail").asText()).isEqualTo("at most 1000 reports a request");
    assertThat(large.statusCode()).isEqualTo(413);
  }

  @Test
  void whoMayPredictMayReport() throws Exception {
    String json = report(token(predicted()), "\"reward\":1");

    assertThat(said(json).statusCode()).isEqualTo(401);
    assertThat(said(json, "Authorization", "Bearer nobody-s-api-key").statusCode()).isEqualTo(401);
    assertThat(said(json, "Authorization", "Bearer " + RunningService.VIEWER).statusCode())
        .isEqualTo(202);
  }
}
