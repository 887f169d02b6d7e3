package dev.sluice.e2e;

import static dev.sluice.e2e.ProtocolClient.LENGTH;
import static dev.sluice.e2e.ProtocolClient.binaryInput;
import static dev.sluice.e2e.ProtocolClient.input;
import static dev.sluice.e2e.ProtocolClient.joined;
import static dev.sluice.e2e.ProtocolClient.wantsBytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Open Inference Protocol: binary tensors")
@ExtendWith(ProtocolService.class)
class ProtocolBinaryIT {
  private static final String A = input("a", "[1,2]", "FP32", "[1,2]");
  private static final String B = input("b", "[1,1]", "INT64", "[3]");
  private static final byte[] TWICE_A = bytes("0000004000008040");
  private static final byte[] MINUS_B = bytes("fdffffffffffffff");

  private final ProtocolClient client;

  ProtocolBinaryIT(ProtocolClient client) {
    this.client = client;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @DisplayName("tensors follow the JSON in its order, at any offset, without padding")
  @Nested
  class Order {
    private record Scalar(String type, String json, String hex) {}

    /// The model gives back one scalar of each type: as odd offsets as there can be.
    private static final List<Scalar> SCALARS =
        List.of(
            new Scalar("BOOL", "true", "01"),
            new Scalar("UINT8", "200", "c8"),
            new Scalar("UINT16", "60000", "60ea"),
            new Scalar("UINT32", "4000000000", "00286bee"),
            new Scalar("UINT64", "18446744073709551615", "ffffffffffffffff"),
            new Scalar("INT8", "-2", "fe"),
            new Scalar("INT16", "-2", "feff"),
            new Scalar("INT32", "-2", "feffffff"),
            new Scalar("INT64", "-9007199254740993", "ffffffffffffdfff"),
            new Scalar("FP16", "1.5", "003e"),
            new Scalar("BF16", "no JSON", "c03f"),
            new Scalar("FP32", "1.5", "0000c03f"),
            new Scalar("FP64", "1.5", "000000000000f83f"),
            new Scalar("BYTES", "\"é\"", "02000000c3a9"));

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void jsonAndBinaryAreMixedBothWays(int turn) throws Exception {
      var inputs = new ArrayList<String>();
      var tensors = new ArrayList<byte[]>();
      var outputs = new ArrayList<String>();
      List<JsonNode> ports = scalars(turn);
      for (int i = 0; i < ports.size(); i++) {
        String type = ports.get(i).path("datatype").asText();
        String name = ports.get(i).path("name").asText();
        boolean binaryIn = i % 2 == 0 || type.equals("BF16");
        byte[] raw = raw(type);
        inputs.add(
            binaryIn
                ? binaryInput(name, "[]", type, raw.length)
                : input(name, "[]", type, "[" + json(type) + "]"));
        tensors.add(binaryIn ? raw : new byte[0]);
        outputs.add(
            "{\"name\":\"%s\",\"parameters\":{\"binary_data\":%b}}"
                .formatted(name.replaceFirst("x_", "y_"), binaryOut(i, type)));
      }

      ProtocolAnswer answer =
          client.infer(
              "scalars",
              "{\"inputs\":%s,\"outputs\":%s}".formatted(inputs, outputs),
              joined(tensors.toArray(byte[][]::new)));

      for (int i = 0; i < ports.size(); i++) {
        String type = ports.get(i).path("datatype").asText();
        String name = ports.get(i).path("name").asText().replaceFirst("x_", "y_");
        if (binaryOut(i, type)) {
          assertThat(answer.bytes(name)).as(name).isEqualTo(raw(type));
        } else {
          assertThat(answer.output(name).path("data")).hasToString("[" + json(type) + "]");
        }
      }
    }

    private List<JsonNode> scalars(int turn) throws Exception {
      var ports = new ArrayList<JsonNode>();
      client.get("/v2/models/scalars").path("inputs").forEach(ports::add);
      Collections.rotate(ports, turn);
      return turn == 3 ? ports.reversed() : ports;
    }

    private boolean binaryOut(int index, String type) {
      return index % 3 != 0 || type.equals("BF16");
    }

    private String json(String type) {
      return scalar(type).json();
    }

    private byte[] raw(String type) {
      return bytes(scalar(type).hex());
    }

    private Scalar scalar(String type) {
      return SCALARS.stream().filter(one -> one.type().equals(type)).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
      "uint16, UINT16, 0102030405060708",
      "float16, FP16, 003c003e00400042",
      "int32, INT32, 0102030405060708",
      "float, FP32, 0000803f00000040",
      "int64, INT64, 01020304050607080910111213141516",
      "double, FP64, 000000000000f03f0000000000000040"
    })
    void theFirstTensorStartsAnywhere(String model, String type, String hex) throws Exception {
      byte[] raw = bytes(hex);
      int elements = 8 * raw.length / Integer.parseInt(type.replaceAll("\\D", ""));
      String json = wantsBytes(binaryInput("x", "[1," + elements + "]", type, raw.length));
      for (int offset = 0; offset < 16; offset++) {
        ProtocolAnswer answer = client.infer("identity-" + model, json + " ".repeat(offset), raw);

        assertThat(answer.bytes("y")).as("after %d more", offset).isEqualTo(raw);
      }
    }
  }

  @DisplayName("each output has the form that is asked for, else the request's, else JSON")
  @Nested
  class Forms {
    private ProtocolAnswer infer(String parameters, String outputs) throws Exception {
      return client.infer(
          "two-in-two-out",
          "{\"parameters\":{%s},\"inputs\":[%s,%s],\"outputs\":[%s]}"
              .formatted(parameters, A, B, outputs));
    }

    @Test
    void jsonWithoutAWordAboutIt() throws Exception {
      ProtocolAnswer answer = infer("", "{\"name\":\"minus_b\"}");

      assertThat(answer.output("minus_b").path("data")).hasToString("[-3]");
      assertThat(answer.field("Content-Type")).contains("application/json");
      assertThat(answer.field(LENGTH)).isEmpty();
    }

    @Test
    void binaryForAllByTheRequestsParameter() throws Exception {
      ProtocolAnswer answer = infer("\"binary_data_output\":true", "");

      assertThat(answer.bytes("twice_a")).isEqualTo(TWICE_A);
      assertThat(answer.bytes("minus_b")).isEqualTo(MINUS_B);
      assertThat(answer.bytesAfterJson()).isEqualTo(16);
    }

    @Test
    void binaryForANamedOutputThatDoesNotSayOtherwise() throws Exception {
      ProtocolAnswer answer = infer("\"binary_data_output\":true", "{\"name\":\"minus_b\"}");

      assertThat(answer.bytes("minus_b")).isEqualTo(MINUS_B);
    }

    @Test
    void anOutputsOwnWordGoesFirst() throws Exception {
      ProtocolAnswer answer =
          infer(
              "\"binary_data_output\":true",
              "{\"name\":\"twice_a\",\"parameters\":{\"binary_data\":false}},{\"name\":\"minus_b\"}");
      ProtocolAnswer other =
          infer("", "{\"name\":\"twice_a\",\"parameters\":{\"binary_data\":true}}");

      assertThat(answer.output("twice_a").path("data")).hasToString("[2.0,4.0]");
      assertThat(answer.bytes("minus_b")).isEqualTo(MINUS_B);
      assertThat(other.bytes("twice_a")).isEqualTo(TWICE_A);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "\"true\"", "null"})
    void theWordIsABoolean(String word) throws Exception {
      String x = input("x", "[1,1]", "INT32", "[7]");
      client.refuses(
          "identity-int32",
          "{\"parameters\":{\"binary_data_output\":" + word + "},\"inputs\":[" + x + "]}",
          "/parameters/binary_data_output",
          "true or false");
      client.refuses(
          "identity-int32",
          "{\"inputs\":[%s],\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":%s}}]}"
              .formatted(x, word),
          "/outputs/0/parameters/binary_data",
          "true or false");
    }
  }

  @DisplayName("a body without JSON is the only input's tensor")
  @Nested
  class Raw {
    @Test
    void aLengthOfZeroMakesItSoAndAllOutputsComeBinary() throws Exception {
      byte[] two = new byte[2 * 256];

      ProtocolAnswer answer = client.send("POST", "/v2/models/digits/infer", two, LENGTH, "0");

      assertThat(answer.output("probabilities").path("shape")).hasToString("[2,10]");
      assertThat(answer.bytes("probabilities")).hasSize(80);
    }

    @Test
    void textsAreCountedByTheirLengths() throws Exception {
      byte[] texts = bytes("02000000686900000000");

      ProtocolAnswer answer = client.send("POST", "/v2/models/sms/infer", texts, LENGTH, "0");

      assertThat(answer.output("probabilities").path("shape")).hasToString("[2,2]");
    }

    @Test
    void twoFreeAxesOrTwoInputsLeaveItOpenAndAreRefused() throws Exception {
      List<String> zero = List.of(LENGTH + ": 0");
      client.refuses(400, "identity-int32", new byte[4], zero, "one free axis");
      client.refuses(400, "two-in-two-out", new byte[16], zero, "one input");
    }

    @Test
    void bytesThatFillNoWholeRowAreRefused() throws Exception {
      List<String> zero = List.of(LENGTH + ": 0");
      client.refuses(400, "digits", new byte[255], zero, "input \"image\"", "255");
      client.refuses(400, "sms", bytes("0300000061"), zero, "input \"text\"");
    }
  }
}
