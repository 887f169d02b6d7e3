package dev.sluice.e2e;

import static dev.sluice.e2e.ProtocolClient.input;
import static dev.sluice.e2e.ProtocolClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Open Inference Protocol: answers")
@ExtendWith(ProtocolService.class)
class ProtocolAnswersIT {
  private static final String ONE = input("x", "[1,1]", "INT32", "[7]");
  private static final String A = input("a", "[1,2]", "FP32", "[1,2]");
  private static final String B = input("b", "[1,1]", "INT64", "[3]");

  private final ProtocolClient client;

  ProtocolAnswersIT(ProtocolClient client) {
    this.client = client;
  }

  @DisplayName("outputs that are asked for")
  @Nested
  class Outputs {
    @ParameterizedTest
    @ValueSource(strings = {"", ",\"outputs\":[]"})
    void areAllWhenNoneIsNamed(String outputs) throws Exception {
      assertThat(outputs(outputs)).containsExactlyInAnyOrder("twice_a", "minus_b");
    }

    @Test
    void areThoseThatAreNamed() throws Exception {
      assertThat(outputs(",\"outputs\":[{\"name\":\"minus_b\"}]")).containsExactly("minus_b");
    }

    private List<String> outputs(String wanted) throws Exception {
      ProtocolAnswer answer =
          client.infer("two-in-two-out", "{\"inputs\":[" + A + "," + B + "]" + wanted + "}");
      return answer.has(200).json().path("outputs").findValuesAsText("name");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "[{\"name\":\"z\"}] | \"z\"",
          "[{\"name\":\"y\"},{\"name\":\"y\"}] | twice",
          "[{}] | name is missing",
          "[\"y\"] | object",
          "{\"name\":\"y\"} | array"
        })
    void thatTheModelLacksOrThatComeTwiceAreRefused(String outputs, String says) throws Exception {
      client.refuses(
          "identity-int32",
          "{\"inputs\":[" + ONE + "],\"outputs\":" + outputs + "}",
          "/outputs",
          says);
    }
  }

  @DisplayName("what comes back besides the outputs")
  @Nested
  class Answers {
    @Test
    void theModelItsVersionTheTokenForFeedbackAndNoOtherMembers() throws Exception {
      JsonNode answer = client.infer("identity-int32", request(ONE)).has(200).json();

      String token = answer.at("/parameters/outcome_token").textValue();
      assertThat(token).startsWith("v1.");
      assertThat(answer)
          .hasToString(
              "{\"model_name\":\"identity-int32\",\"model_version\":\"v1\",\"parameters\":"
                  + "{\"outcome_token\":\""
                  + token
                  + "\"},\"outputs\":"
                  + "[{\"name\":\"y\",\"datatype\":\"INT32\",\"shape\":[1,1],\"data\":[7]}]}");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"\"17\"", "\"\"", "\"ünique 日本 🙂\"", "\"\\u0000\\\"\\\\\\n\\ud83d\\ude42\""})
    void theIdIsAnyTextAndComesBackInBinaryAnswersToo(String id) throws Exception {
      String json = "{\"id\":" + id + ",\"inputs\":[" + ONE + "]";
      String sent = new ObjectMapper().readValue(id, String.class);

      JsonNode plain = client.infer("identity-int32", json + "}").has(200).json();
      JsonNode binary =
          client
              .infer("identity-int32", json + ",\"parameters\":{\"binary_data_output\":true}}")
              .has(200)
              .json();

      assertThat(plain.path("id").textValue()).isEqualTo(sent);
      assertThat(binary.path("id").textValue()).isEqualTo(sent);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "null", "true", "[]", "{}", "\"\\ud83d\""})
    void anIdThatIsNoTextIsRefused(String id) throws Exception {
      client.refuses("identity-int32", "{\"id\":" + id + ",\"inputs\":[" + ONE + "]}", "/id");
    }
  }
}
