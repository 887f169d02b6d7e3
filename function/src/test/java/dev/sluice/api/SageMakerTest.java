package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SageMakerTest {
  private static final String ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes";
  private static final SageMakerHead HEAD = new SageMakerHead("X-User-Id");

  /// @param fields names and values, alternating
  private static Head head(String... fields) {
    Headers headers =
        name -> {
          var values = new ArrayList<String>();
          for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
              values.add(fields[i + 1]);
            }
          }
          return values;
        };
    return new Head("POST", "/invocations", headers, "10.0.0.1", 5, 17);
  }

  private static Headers plain(String... fields) throws BadHead {
    return HEAD.plain(head(fields)).headers();
  }

  private static String refusal(String... attributes) {
    var fields = new ArrayList<String>();
    for (String attribute : attributes) {
      fields.addAll(List.of(ATTRIBUTES, attribute));
    }
    BadHead refused =
        catchThrowableOfType(BadHead.class, () -> plain(fields.toArray(String[]::new)));
    assertThat(refused).as("a refusal of " + fields).isNotNull();
    return refused.detail();
  }

  @Test
  void attributesStandForTheFieldsThatTheGatewayDrops() throws BadHead {
    Headers headers =
        plain(
            ATTRIBUTES,
            "request-id=r-1, Caller-Key = kim ;experiment-group=debug,variant=B;wait=1,;",
            "Content-Type",
            "application/json");

    assertThat(headers.all("x-request-id")).containsExactly("r-1");
    assertThat(headers.all("X-User-Id")).containsExactly("kim");
    assertThat(headers.all("x-experiment-group")).containsExactly("debug");
    assertThat(headers.all("x-model-variant")).containsExactly("B");
    assertThat(headers.all("prefer")).containsExactly("wait=1");
    assertThat(headers.all("content-type")).containsExactly("application/json");
    assertThat(headers.all("authorization")).isEmpty();
  }

  @Test
  void theRestOfTheHeadStaysAsItIs() throws BadHead {
    Head given = head("X-User-Id", "kim");
    Head plain = HEAD.plain(given);

    assertThat(plain.headers().all("x-user-id")).containsExactly("kim");
    assertThat(plain.peer()).isEqualTo("10.0.0.1");
    assertThat(plain.contentLength()).isEqualTo(5);
    assertThat(plain.arrivedNanos()).isEqualTo(17);
    assertThat(plain.target()).isEqualTo("/invocations");
  }

  @Test
  void theInferenceIdNamesTheRequestWhereNothingElseDoes() throws BadHead {
    String field = "X-Amzn-SageMaker-Inference-Id";

    assertThat(plain(field, "i-1").all("x-request-id")).containsExactly("i-1");
    assertThat(plain(field, "i-1", "X-Request-ID", "r-1").all("x-request-id"))
        .containsExactly("r-1");
    assertThat(plain(field, "i-1", ATTRIBUTES, "request-id=r-2").all("x-request-id"))
        .containsExactly("r-2");
  }

  @Test
  void aValueMayHaveAnEqualsSign() throws BadHead {
    assertThat(plain(ATTRIBUTES, "caller-key=a=b==").all("x-user-id")).containsExactly("a=b==");
  }

  @Test
  void refusesAttributesThatMeanNothing() {
    assertThat(refusal("c000b4f9-df62")).contains("name=value");
    assertThat(refusal("variant=")).contains("name=value");
    assertThat(refusal("=B")).contains("name=value");
    assertThat(refusal("token=secret")).contains("known here", "variant").doesNotContain("secret");
    assertThat(refusal("variant=A,VARIANT=B")).contains("twice");
    assertThat(refusal("variant=A", "variant=B")).contains("twice");
    assertThat(refusal("caller-key=kä")).contains("ASCII");
    assertThat(refusal("caller-key=k\ti")).contains("ASCII");
    assertThat(refusal("wait=soon")).contains("seconds");
    assertThat(refusal("caller-key=" + "k".repeat(1014))).contains("1024");
  }

  @Test
  void as1024CharactersMayCome() throws BadHead {
    assertThat(plain(ATTRIBUTES, "caller-key=" + "k".repeat(1013)).all("x-user-id")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "application/json; charset=utf-8",
        "application/octet-stream",
        "Application/Octet-Stream",
        "application/vnd.sagemaker-triton.binary+json;json-header-size=17",
        "application/vnd.sagemaker-triton.binary+json; json-header-size=\"17\"",
        // Refused as a body, not as a type.
        "application/vnd.sagemaker-triton.binary+json;json-header-size=x"
      })
  void takesTypesOfTensors(String type) {
    assertThat(SageMaker.misfit(head("Content-Type", type).headers())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/csv",
        "application/vnd.sagemaker-triton.binary",
        "application/octet-stream;x=y",
        "application/x-npy",
        ""
      })
  void refusesOtherTypes(String type) {
    Optional<String> misfit = SageMaker.misfit(head("Content-Type", type).headers());

    assertThat(misfit.orElse("")).contains("json-header-size");
  }

  @Test
  void refusesTwoTypesAndTakesNone() {
    String raw = "application/octet-stream";

    assertThat(SageMaker.misfit(head("Content-Type", raw, "Content-Type", raw).headers()))
        .isPresent();
    assertThat(SageMaker.misfit(head().headers())).isEmpty();
  }
}
