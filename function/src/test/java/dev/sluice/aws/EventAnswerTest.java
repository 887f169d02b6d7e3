package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.api.Field;
import dev.sluice.api.Response;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventAnswerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Response TWICE =
      new Response(
          429,
          List.of(
              new Field("Content-Type", "application/json"),
              new Field("Set-Cookie", "a=b"),
              new Field("Set-Cookie", "c=d"),
              new Field("Vary", "x"),
              new Field("vary", "y")),
          "{}".getBytes(StandardCharsets.UTF_8),
          Response.After.CLOSE);

  private static JsonNode written(Response response, Shape shape) throws Exception {
    return JSON.readTree(EventAnswer.of(response, shape));
  }

  private static Response of(String type, byte[] body) {
    return new Response(200, List.of(new Field("Content-Type", type)), body, Response.After.KEEP);
  }

  @Test
  void aRestApiAndABalancerTakeEveryValueOfAField() throws Exception {
    for (Shape shape : List.of(Shape.REST, Shape.BALANCER)) {
      JsonNode answer = written(TWICE, shape);

      assertThat(answer.path("multiValueHeaders").path("Set-Cookie"))
          .hasToString("[\"a=b\",\"c=d\"]");
      assertThat(answer.path("multiValueHeaders").path("Vary")).hasToString("[\"x\",\"y\"]");
      assertThat(answer.has("headers")).isFalse();
    }
  }

  @Test
  void anHttpApiTakesCookiesApart() throws Exception {
    JsonNode answer = written(TWICE, Shape.HTTP);

    assertThat(answer.path("cookies")).hasToString("[\"a=b\",\"c=d\"]");
    assertThat(answer.path("headers").path("Vary").asText()).isEqualTo("x, y");
    assertThat(answer.path("headers").has("Set-Cookie")).isFalse();
  }

  @Test
  void aBalancerWantsTheStatusInWords() throws Exception {
    assertThat(written(TWICE, Shape.BALANCER).path("statusDescription").asText())
        .isEqualTo("429 Too Many Requests");
    assertThat(written(TWICE, Shape.BALANCER_SINGLE).path("headers").path("Set-Cookie").asText())
        .isEqualTo("c=d");
    assertThat(written(TWICE, Shape.REST).has("statusDescription")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/problem+json",
        "text/plain; version=0.0.4",
        "application/yaml",
        "application/openmetrics-text; version=1.0.0"
      })
  void textGoesAsText(String type) throws Exception {
    JsonNode answer = written(of(type, "ä🎉".getBytes(StandardCharsets.UTF_8)), Shape.REST);

    assertThat(answer.path("isBase64Encoded").asBoolean()).isFalse();
    assertThat(answer.path("body").asText()).isEqualTo("ä🎉");
  }

  @Property
  void anyBytesOfAnyTypeComeBackAsTheyWere(@ForAll byte[] bytes, @ForAll Shape shape)
      throws Exception {
    for (String type : List.of("application/octet-stream", "application/json", "image/png")) {
      JsonNode answer = written(of(type, bytes), shape);
      String body = answer.path("body").asText();

      assertThat(
              answer.path("isBase64Encoded").asBoolean()
                  ? Base64.getDecoder().decode(body)
                  : body.getBytes(StandardCharsets.UTF_8))
          .isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsCodedIsNotText(Shape shape) throws Exception {
    var response =
        new Response(
            200,
            List.of(
                new Field("content-type", "application/json"),
                new Field("content-encoding", "gzip")),
            new byte[] {'a'},
            Response.After.KEEP);

    assertThat(written(response, shape).path("isBase64Encoded").asBoolean()).isTrue();
  }
}
