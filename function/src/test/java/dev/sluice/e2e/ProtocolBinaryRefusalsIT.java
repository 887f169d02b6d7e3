package dev.sluice.e2e;

import static dev.sluice.e2e.ProtocolClient.LENGTH;
import static dev.sluice.e2e.ProtocolClient.binaryInput;
import static dev.sluice.e2e.ProtocolClient.input;
import static dev.sluice.e2e.ProtocolClient.joined;
import static dev.sluice.e2e.ProtocolClient.request;
import static dev.sluice.e2e.ProtocolClient.utf8;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Open Inference Protocol: binary tensors that do not fit")
@ExtendWith(ProtocolService.class)
class ProtocolBinaryRefusalsIT {
  private static final String MODEL = "identity-int32";
  private static final String X = input("x", "[1,1]", "INT32", "[7]");

  private final ProtocolClient client;

  ProtocolBinaryRefusalsIT(ProtocolClient client) {
    this.client = client;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @DisplayName("the length of the JSON is a plain decimal, within the body")
  @Nested
  class HeaderLength {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "-1",
          "+5",
          "5.0",
          "0x10",
          "1e2",
          "ten",
          "1 2",
          "5,5",
          "99999999999999999999"
        })
    void anythingElseIsRefused(String length) throws Exception {
      client.refuses(
          400, MODEL, utf8(request(X)), List.of(LENGTH + ": " + length), LENGTH, "plain number");
    }

    @Test
    void twoOfThemAreRefused() throws Exception {
      client.refuses(400, MODEL, utf8(request(X)), List.of(LENGTH + ": 5", LENGTH + ": 5"), LENGTH);
    }

    @Test
    void oneBeyondTheBodyIsRefused() throws Exception {
      byte[] body = utf8(request(X));
      client.refuses(
          400,
          MODEL,
          body,
          List.of(LENGTH + ": " + (body.length + 1)),
          LENGTH,
          "0 to " + body.length);
    }

    @Test
    void itCountsBytesAndNotCharacters() throws Exception {
      String json = "{\"id\":\"日本\",\"inputs\":[" + X + "]}";
      client.refuses(400, MODEL, utf8(json), List.of(LENGTH + ": " + json.length()));
      client.infer(MODEL, json, new byte[0]).has(200);
    }
  }

  @DisplayName("an input has data or a size, and the size is that of its shape")
  @Nested
  class Sizes {
    @Test
    void bothAreRefused() throws Exception {
      String both = X.replace("\"data\"", "\"parameters\":{\"binary_data_size\":4},\"data\"");
      client.refuses(
          MODEL, request(both), new byte[4], "input \"x\"", "either data or", "binary_data_size");
    }

    @Test
    void neitherIsRefused() throws Exception {
      client.refuses(
          MODEL,
          request("{\"name\":\"x\",\"shape\":[1,1],\"datatype\":\"INT32\"}"),
          "input \"x\"",
          "either data or");
    }

    @ParameterizedTest
    @CsvSource({"3, 3", "5, 5", "0, 0", "8, 8"})
    void anotherSizeThanTheShapesIsRefused(long size, int sent) throws Exception {
      client.refuses(
          MODEL,
          request(binaryInput("x", "[1,1]", "INT32", size)),
          new byte[sent],
          "/inputs/0",
          "input \"x\"",
          size + " bytes",
          "1 elements of 4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-4", "4.0", "\"4\"", "null", "9223372036854775808"})
    void aSizeIsAWholeNumber(String size) throws Exception {
      String json = request(binaryInput("x", "[1,1]", "INT32", 4)).replace(":4}", ":" + size + "}");
      client.refuses(
          MODEL, json, new byte[4], "/inputs/0/parameters/binary_data_size", "whole number");
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 4_000_000_000L, Long.MAX_VALUE})
    void bytesThatAreMissingAreNotWaitedOrAllocatedFor(long size) throws Exception {
      client.refuses(
          MODEL,
          request(binaryInput("x", "[" + size / 4 + ",1]", "INT32", size)),
          new byte[3],
          "input \"x\"",
          "binary_data_size",
          "left after the JSON: 3");
    }

    @Test
    void bytesThatAreLeftOverAreRefused() throws Exception {
      client.refuses(
          MODEL,
          request(binaryInput("x", "[1,1]", "INT32", 4)),
          new byte[5],
          "1 bytes are left after the last binary input");
      client.refuses(MODEL, request(X), new byte[2], "2 bytes are left");
    }

    @Test
    void theSecondInputsShortageIsTheSecondInputs() throws Exception {
      client.refuses(
          "two-in-two-out",
          request(binaryInput("a", "[1,2]", "FP32", 8), binaryInput("b", "[1,1]", "INT64", 8)),
          new byte[15],
          "/inputs/1",
          "input \"b\"");
    }
  }

  @DisplayName("each element is what its type allows")
  @Nested
  class Elements {
    @ParameterizedTest
    @ValueSource(strings = {"02", "ff", "80"})
    void aBooleanIsAByteOfZeroOrOne(String hex) throws Exception {
      client.refuses(
          "identity-bool",
          request(binaryInput("x", "[2,1]", "BOOL", 2)),
          bytes("01" + hex),
          "input \"x\"",
          "element 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffffffff", "00000080", "ffffff7f", "03000000", "0200"})
    void aTextsLengthIsUnsignedAndEndsWithinTheTensor(String length) throws Exception {
      byte[] tensor = joined(bytes("010000006b" + length), utf8(length.length() == 8 ? "ab" : ""));
      client.refuses(
          "identity-string",
          request(binaryInput("x", "[2,1]", "BYTES", tensor.length)),
          tensor,
          "input \"x\"",
          length.length() == 8 ? "element 1" : "2 strings");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1,1]", "[3,1]", "[0,1]", "[1000000000,1]"})
    void asManyTextsAsTheShapeHas(String shape) throws Exception {
      client.refuses(
          "identity-string",
          request(binaryInput("x", shape, "BYTES", 10)),
          bytes("01000000610100000062"),
          "input \"x\"",
          "BYTES",
          "strings");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "c328", "eda080", "c0af", "f4908080", "e282"})
    void aTextIsUtf8AndIsNeverMended(String hex) throws Exception {
      byte[] tensor = bytes("0%d000000%s".formatted(hex.length() / 2, hex));
      client.refuses(
          "identity-string",
          request(binaryInput("x", "[1,1]", "BYTES", tensor.length)),
          tensor,
          "input \"x\"",
          "UTF-8",
          "element 0");
    }
  }
}
