package dev.sluice.e2e;

import static dev.sluice.e2e.ProtocolClient.binaryInput;
import static dev.sluice.e2e.ProtocolClient.input;
import static dev.sluice.e2e.ProtocolClient.request;
import static dev.sluice.e2e.ProtocolClient.wantsBytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Open Inference Protocol: requests")
@ExtendWith(ProtocolService.class)
class ProtocolRequestIT {
  private static final String ONE = input("x", "[1,1]", "INT32", "[7]");
  private static final String A = input("a", "[1,2]", "FP32", "[1,2]");
  private static final String B = input("b", "[1,1]", "INT64", "[3]");

  private final ProtocolClient client;

  ProtocolRequestIT(ProtocolClient client) {
    this.client = client;
  }

  @DisplayName("data is row-major, flat or nested exactly as the shape")
  @Nested
  class Layout {
    @ParameterizedTest
    @ValueSource(strings = {"[1,2,3,4,5,6]", "[[1,2,3],[4,5,6]]"})
    void flatAndNestedMeanTheSame(String data) throws Exception {
      String json = request(input("x", "[2,3]", "FP32", data));

      JsonNode transposed = client.infer("no-batch-axis", json).output("y");

      assertThat(transposed.path("shape")).hasToString("[3,2]");
      assertThat(transposed.path("data")).hasToString("[1.0,4.0,2.0,5.0,3.0,6.0]");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "[1,2,3]",
          "[1,2,3,4,5]",
          "[]",
          "[[1,2]]",
          "[[1,2],[3]]",
          "[[1,2],[3,4,5]]",
          "[[1,2],[3,4],[5,6]]",
          "[[1],[2],[3],[4]]",
          "[[1,2,3,4]]",
          "[[[1,2],[3,4]]]",
          "[1,[2,3],4]",
          "4",
          "{}"
        })
    void otherNumbersOfValuesAndOtherNestingAreRefused(String data) throws Exception {
      client.refuses(
          "identity-int32",
          request(input("x", "[2,2]", "INT32", data)),
          "/inputs/0/data",
          data.startsWith("[") ? "input \"x\"" : "array");
    }
  }

  @DisplayName("the shape: lengths that fit the metadata, checked before memory is taken")
  @Nested
  class Shapes {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "[4]",
          "[1,2,2]",
          "[]",
          "[-1,4]",
          "[1.0,4]",
          "[\"1\",4]",
          "[9223372036854775808,4]",
          "4",
          "null"
        })
    void anythingElseThanTwoLengthsIsRefused(String shape) throws Exception {
      client.refuses(
          "identity-int32", request(input("x", shape, "INT32", "[1,2,3,4]")), "/inputs/0/shape");
    }

    @Test
    void aFixedLengthIsNamedWithItsInput() throws Exception {
      client.refuses(
          "no-batch-axis",
          request(input("x", "[3,2]", "FP32", "[1,2,3,4,5,6]")),
          "input \"x\"",
          "[2, 3]",
          "[3, 2]");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "[9223372036854775807,9223372036854775807]",
          "[4611686018427387904,4]",
          "[4294967296,4294967296]",
          "[3037000500,3037000500]",
          "[1000000000,1]"
        })
    void aProductThatOverflowsOrPassesTheBodyTakesNoMemory(String shape) throws Exception {
      client.refuses("identity-int32", request(input("x", shape, "INT32", "[1]")), "input \"x\"");
      // 2^62 elements of 4 bytes are 0 bytes, if nobody looks.
      client.refuses(
          "identity-int32",
          request(binaryInput("x", shape, "INT32", 0)),
          new byte[0],
          "input \"x\"");
    }

    @Test
    void anEmptyTensorIsLegalWhereTheModelAllowsIt() throws Exception {
      String flat = request(input("x", "[0,5]", "INT32", "[]"));
      String none = wantsBytes(binaryInput("x", "[3,0]", "INT32", 0));

      assertThat(client.infer("identity-int32", flat).output("y").path("shape"))
          .hasToString("[0,5]");
      assertThat(client.infer("identity-int32", none, new byte[0]).bytes("y")).isEmpty();
      client.refuses(
          "no-batch-axis", request(input("x", "[0,3]", "FP32", "[]")), "input \"x\"", "[2, 3]");
    }
  }

  @DisplayName("every input once, of its datatype")
  @Nested
  class Inputs {
    @Test
    void allOfThemAreRequiredInAnyOrder() throws Exception {
      assertThat(client.infer("two-in-two-out", request(B, A)).output("twice_a").path("data"))
          .hasToString("[2.0,4.0]");
      client.refuses("two-in-two-out", request(A), "input \"b\"", "INT64", "missing");
    }

    @Test
    void oneWithADefaultInTheModelMayBeLeftOut() throws Exception {
      String json = request(input("x", "[2]", "FP32", "[1,2]"));

      assertThat(client.infer("optional-input", json).output("y").path("data"))
          .hasToString("[2.0,4.0]");
    }

    @Test
    void noneComesTwiceOrThatTheModelLacks() throws Exception {
      client.refuses("two-in-two-out", request(A, B, A), "/inputs/2", "input \"a\"", "twice");
      client.refuses(
          "two-in-two-out",
          request(A, B, input("c", "[1]", "FP32", "[1]")),
          "/inputs/2/name",
          "\"c\"");
    }

    @Test
    void theDatatypeIsTheModels() throws Exception {
      client.refuses(
          "identity-int32",
          request(input("x", "[1,1]", "INT64", "[7]")),
          "input \"x\"",
          "INT32",
          "INT64");
      client.refuses(
          "identity-int32", request(input("x", "[1,1]", "int32", "[7]")), "/inputs/0/datatype");
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "shape", "datatype", "data"})
    void nameShapeDatatypeAndDataAreNeeded(String member) throws Exception {
      client.refuses(
          "identity-int32", request(ONE.replace("\"" + member + "\"", "\"other\"")), member);
    }
  }
}
