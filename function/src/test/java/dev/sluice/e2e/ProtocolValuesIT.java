package dev.sluice.e2e;

import static dev.sluice.e2e.ProtocolClient.binaryInput;
import static dev.sluice.e2e.ProtocolClient.input;
import static dev.sluice.e2e.ProtocolClient.request;
import static dev.sluice.e2e.ProtocolClient.wantsBytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Open Inference Protocol: values")
@ExtendWith(ProtocolService.class)
class ProtocolValuesIT {
  private final ProtocolClient client;

  ProtocolValuesIT(ProtocolClient client) {
    this.client = client;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @DisplayName("every datatype goes through a model bit for bit")
  @Nested
  class Types {
    /// Values at the ends of what each type holds, and in between where rounding would show.
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "bool    | BOOL   | [true,false]                           | 0100",
          "uint8   | UINT8  | [255,0]                                | ff00",
          "uint16  | UINT16 | [65535,1]                              | ffff0100",
          "uint32  | UINT32 | [4294967295,1]                         | ffffffff01000000",
          "uint64  | UINT64 | [18446744073709551615,9007199254740993] | ffffffffffffffff0100000000002000",
          "int8    | INT8   | [-128,127]                             | 807f",
          "int16   | INT16  | [-32768,32767]                         | 0080ff7f",
          "int32   | INT32  | [-2147483648,2147483647]               | 00000080ffffff7f",
          "int64   | INT64  | [-9223372036854775808,9007199254740993] | 00000000000000800100000000002000",
          "float16 | FP16   | [65504.0,5.9604645E-8]                    | ff7b0100",
          "float16 | FP16   | [\"NaN\",\"-Infinity\"]                | 007e00fc",
          "float   | FP32   | [3.4028235E38,1.4E-45]                 | ffff7f7f01000000",
          "float   | FP32   | [0.1,-0.0]                             | cdcccc3d00000080",
          "float   | FP32   | [\"Infinity\",\"NaN\"]                 | 0000807f0000c07f",
          "double  | FP64   | [1.7976931348623157E308,4.9E-324]      | ffffffffffffef7f0100000000000000",
          "double  | FP64   | [0.1,-0.0]                             | 9a9999999999b93f0000000000000080",
          "string  | BYTES  | [\"Où? 日本 🙂\",\"\"] | 100000004fc3b93f20e697a5e69cac20f09f998200000000"
        })
    void asJsonAndAsBytesAndEitherWayRound(String model, String type, String data, String hex)
        throws Exception {
      String identity = "identity-" + model;
      byte[] raw = bytes(hex);
      String json = input("x", "[1,2]", type, data);
      String binary = binaryInput("x", "[1,2]", type, raw.length);

      String written = client.infer(identity, request(json)).output("y").path("data").toString();
      String writtenOfBytes =
          client.infer(identity, request(binary), raw).output("y").path("data").toString();

      assertThat(client.infer(identity, request(json)).text()).contains("\"data\":" + data);
      assertThat(writtenOfBytes).isEqualTo(written);
      assertThat(client.infer(identity, wantsBytes(json)).bytes("y")).isEqualTo(raw);
      assertThat(client.infer(identity, wantsBytes(binary), raw).bytes("y")).isEqualTo(raw);
      String again = input("x", "[1,2]", type, written);
      assertThat(client.infer(identity, wantsBytes(again)).bytes("y")).isEqualTo(raw);
    }

    @ParameterizedTest
    @CsvSource({
      "float16, FP16, 017e01fe017d",
      "bfloat16, BF16, c17f81ff0080",
      "float, FP32, 0100c07f010080ff00000080",
      "double, FP64, 010000000000f87f010000000000f0ff0000000000000080"
    })
    void whatJsonCannotTellOfANumberGoesThroughAsBytes(String model, String type, String hex)
        throws Exception {
      byte[] raw = bytes(hex);
      String binary = binaryInput("x", "[3,1]", type, raw.length);

      assertThat(client.infer("identity-" + model, wantsBytes(binary), raw).bytes("y"))
          .isEqualTo(raw);
    }

    @Test
    void bfloat16HasABinaryFormOnly() throws Exception {
      client.refuses(
          "identity-bfloat16",
          wantsBytes(input("x", "[1,2]", "BF16", "[1,2]")),
          "input \"x\"",
          "BF16",
          "binary");
      client.refuses(
          "identity-bfloat16",
          request(binaryInput("x", "[1,1]", "BF16", 2)),
          bytes("803f"),
          "output \"y\"",
          "binary_data");
    }
  }

  @DisplayName("integers are integral and in range")
  @Nested
  class Integers {
    @ParameterizedTest
    @CsvSource({
      "uint8, UINT8, 256, 255",
      "uint8, UINT8, -1, 255",
      "uint16, UINT16, 65536, 65535",
      "uint32, UINT32, 4294967296, 4294967295",
      "uint64, UINT64, 18446744073709551616, 18446744073709551615",
      "uint64, UINT64, -1, 18446744073709551615",
      "int8, INT8, 128, 127",
      "int8, INT8, -129, -128",
      "int16, INT16, 32768, 32767",
      "int32, INT32, 2147483648, 2147483647",
      "int64, INT64, 9223372036854775808, 9223372036854775807",
      "int64, INT64, -9223372036854775809, -9223372036854775808"
    })
    void oneBeyondTheRangeIsRefusedAndNeverWraps(
        String model, String type, String value, String limit) throws Exception {
      client.refuses(
          "identity-" + model,
          request(input("x", "[1,2]", type, "[0," + value + "]")),
          "/inputs/0/data/1",
          "input \"x\"",
          type,
          limit);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "1.0", "1e2", "true", "\"1\"", "null"})
    void whatIsNoIntegerIsRefused(String value) throws Exception {
      client.refuses(
          "identity-int32",
          request(input("x", "[1,1]", "INT32", "[" + value + "]")),
          "input \"x\"",
          "whole number",
          "2147483647");
    }
  }

  @DisplayName("a decimal is legal when it rounds to a finite value of its type")
  @Nested
  class Decimals {
    @ParameterizedTest
    @CsvSource({
      "float16, FP16, 65519.99, 65504.0",
      "float, FP32, 3.4028235e+38, 3.4028235E38",
      "float, FP32, 3.4028235677973366e38, 3.4028235E38",
      "float, FP32, 1e-50, 0.0",
      "float, FP32, 16777217, 1.6777216E7",
      "double, FP64, 1.7976931348623158e308, 1.7976931348623157E308"
    })
    void roundsToTheNearestAndIsWrittenWithTheShortestDigits(
        String model, String type, String value, String written) throws Exception {
      String json = request(input("x", "[1,1]", type, "[" + value + "]"));

      assertThat(client.infer("identity-" + model, json).has(200).text())
          .contains("\"data\":[" + written + "]");
    }

    @ParameterizedTest
    @CsvSource({
      "float16, FP16, 65520",
      "float, FP32, 1e39",
      "float, FP32, 3.4028235677973367e38",
      "double, FP64, 1e309"
    })
    void whatRoundsToInfinityIsRefused(String model, String type, String value) throws Exception {
      client.refuses(
          "identity-" + model,
          request(input("x", "[1,1]", type, "[" + value + "]")),
          "input \"x\"",
          type,
          "finite");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "null", "\"nan\"", "\"inf\"", "true"})
    void theBareNamesAndNullAreRefusedWithTheStringsThatAreMeant(String value) throws Exception {
      client.refuses(
          "identity-double",
          request(input("x", "[1,1]", "FP64", "[" + value + "]")),
          "input \"x\"",
          "\"NaN\", \"Infinity\", \"-Infinity\"");
    }
  }

  @DisplayName("BOOL is true or false, BYTES are strings")
  @Nested
  class Words {
    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "\"true\"", "null"})
    void nothingElseIsABoolean(String value) throws Exception {
      client.refuses(
          "identity-bool",
          request(input("x", "[1,1]", "BOOL", "[" + value + "]")),
          "input \"x\"",
          "true or false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "true", "null", "{}"})
    void nothingElseIsAString(String value) throws Exception {
      client.refuses(
          "identity-string",
          request(input("x", "[1,1]", "BYTES", "[" + value + "]")),
          "input \"x\"");
    }
  }
}
