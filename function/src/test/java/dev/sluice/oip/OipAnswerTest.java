package dev.sluice.oip;

import static dev.sluice.oip.Protocol.bytes;
import static dev.sluice.oip.Protocol.lengths;
import static dev.sluice.oip.Protocol.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Answers to infer requests.
class OipAnswerTest {
  private static final Wanted JSON = new Wanted(0, Wanted.Form.JSON, OptionalInt.empty());
  private static final Wanted BINARY = new Wanted(0, Wanted.Form.BINARY, OptionalInt.empty());

  /// A tensor whose buffer neither begins at 0 nor may be moved.
  private static Tensor.Numbers numbers(ElementType type, ByteBuffer values, long... shape) {
    ByteBuffer within =
        ByteBuffer.allocateDirect(values.capacity() + 3).order(ByteOrder.nativeOrder());
    within.put(3, values, 0, values.capacity()).position(3);
    return new Tensor.Numbers(type, lengths(shape), within);
  }

  private static ByteBuffer space(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
  }

  static Tensor.Numbers floats(float[] values, long... shape) {
    ByteBuffer data = space(4 * values.length);
    for (int i = 0; i < values.length; i++) {
      data.putFloat(4 * i, values[i]);
    }
    return numbers(ElementType.FLOAT, data, shape);
  }

  private static Tensor.Numbers longs(ElementType type, long... values) {
    ByteBuffer data = space(8 * values.length);
    for (int i = 0; i < values.length; i++) {
      data.putLong(8 * i, values[i]);
    }
    return numbers(type, data, values.length);
  }

  private static Tensor.Numbers doubles(double... values) {
    ByteBuffer data = space(8 * values.length);
    for (int i = 0; i < values.length; i++) {
      data.putDouble(8 * i, values[i]);
    }
    return numbers(ElementType.DOUBLE, data, values.length);
  }

  private static InferWriter.Written write(Tensor tensor, Wanted wanted) {
    var model = new Signature(List.of(), List.of(port("y", tensor.type(), -1)));
    return InferWriter.write(
        "m", "1", Optional.empty(), Map.of(), model, List.of(tensor), List.of(wanted), List.of());
  }

  private static String json(InferWriter.Written written) {
    int to = written.jsonBytes().orElse(written.body().length);
    return new String(written.body(), 0, to, StandardCharsets.UTF_8);
  }

  private static byte[] binary(InferWriter.Written written) {
    return Arrays.copyOfRange(
        written.body(), written.jsonBytes().orElseThrow(), written.body().length);
  }

  private static String data(Tensor tensor) {
    String json = json(write(tensor, JSON));
    return json.substring(json.indexOf("\"data\":") + 7, json.length() - 3);
  }

  @Test
  void anAnswerHasModelVersionIdAndFlatData() {
    var model = new Signature(List.of(), List.of(port("y", ElementType.FLOAT, -1, 2)));

    var written =
        InferWriter.write(
            "résumé",
            "v\"1\"",
            Optional.of("a\n😀"),
            Map.of("outcome_token", "abc"),
            model,
            List.of(floats(new float[] {1, 2.5f, -0f, 1e10f}, 2, 2)),
            List.of(JSON),
            List.of());

    assertThat(json(written))
        .isEqualTo(
            "{\"model_name\":\"résumé\",\"model_version\":\"v\\\"1\\\"\",\"id\":\"a\\u000a😀\","
                + "\"parameters\":{\"outcome_token\":\"abc\"},"
                + "\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[2,2],"
                + "\"data\":[1.0,2.5,-0.0,1.0E10]}]}");
    assertThat(written.jsonBytes()).isEmpty();
  }

  @Test
  void withoutAnIdThereIsNone() {
    assertThat(json(write(floats(new float[0], 0), JSON)))
        .isEqualTo(
            "{\"model_name\":\"m\",\"model_version\":\"1\",\"outputs\":[{\"name\":\"y\","
                + "\"datatype\":\"FP32\",\"shape\":[0],\"data\":[]}]}");
  }

  @Test
  void binaryOutputsHaveASizeAndNoDataAndFollowInTheirOrder() {
    var model =
        new Signature(
            List.of(),
            List.of(
                port("a", ElementType.FLOAT, -1),
                port("b", ElementType.STRING, -1),
                port("c", ElementType.INT64, -1)));

    var written =
        InferWriter.write(
            "m",
            "1",
            Optional.of("é"),
            Map.of(),
            model,
            List.of(
                floats(new float[] {1f}, 1),
                new Tensor.Strings(lengths(2), List.of("é", "")),
                longs(ElementType.INT64, -2)),
            List.of(
                new Wanted(1, Wanted.Form.BINARY, OptionalInt.empty()),
                new Wanted(2, Wanted.Form.JSON, OptionalInt.empty()),
                new Wanted(0, Wanted.Form.BINARY, OptionalInt.empty())),
            List.of());

    assertThat(json(written))
        .isEqualTo(
            "{\"model_name\":\"m\",\"model_version\":\"1\",\"id\":\"é\",\"outputs\":["
                + "{\"name\":\"b\",\"datatype\":\"BYTES\",\"shape\":[2],"
                + "\"parameters\":{\"binary_data_size\":10}},"
                + "{\"name\":\"c\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":[-2]},"
                + "{\"name\":\"a\",\"datatype\":\"FP32\",\"shape\":[1],"
                + "\"parameters\":{\"binary_data_size\":4}}]}");
    assertThat(binary(written))
        .isEqualTo(HexFormat.of().parseHex("02000000" + "c3a9" + "00000000" + "0000803f"));
  }

  @Test
  void onlyWhatIsWantedIsWritten() {
    var model =
        new Signature(
            List.of(), List.of(port("a", ElementType.FLOAT, -1), port("b", ElementType.FLOAT, -1)));

    var written =
        InferWriter.write(
            "m",
            "1",
            Optional.empty(),
            Map.of(),
            model,
            List.of(floats(new float[] {1}, 1), floats(new float[] {2}, 1)),
            List.of(new Wanted(1, Wanted.Form.JSON, OptionalInt.empty())),
            List.of());

    assertThat(json(written)).contains("\"b\"").doesNotContain("\"a\"");
  }

  @Test
  void integersAreExact() {
    assertThat(data(longs(ElementType.INT64, Long.MIN_VALUE, -1, 0, Long.MAX_VALUE)))
        .isEqualTo("[-9223372036854775808,-1,0,9223372036854775807]");
    assertThat(data(longs(ElementType.UINT64, Long.MIN_VALUE, -1, 0, Long.MAX_VALUE)))
        .isEqualTo("[9223372036854775808,18446744073709551615,0,9223372036854775807]");
    ByteBuffer ones = space(4).putInt(0, -1);
    assertThat(data(numbers(ElementType.UINT32, ones, 1))).isEqualTo("[4294967295]");
    assertThat(data(numbers(ElementType.INT32, ones, 1))).isEqualTo("[-1]");
    assertThat(data(numbers(ElementType.UINT16, ones, 2))).isEqualTo("[65535,65535]");
    assertThat(data(numbers(ElementType.INT16, ones, 2))).isEqualTo("[-1,-1]");
    assertThat(data(numbers(ElementType.UINT8, ones, 4))).isEqualTo("[255,255,255,255]");
    assertThat(data(numbers(ElementType.INT8, ones, 4))).isEqualTo("[-1,-1,-1,-1]");
  }

  @Test
  void booleansAreWords() {
    ByteBuffer bits = space(2).put(1, (byte) 1);

    assertThat(data(numbers(ElementType.BOOL, bits, 2))).isEqualTo("[false,true]");
  }

  @Test
  void floatsHaveTheFewestDigitsThatReadBack() {
    assertThat(data(floats(new float[] {0.1f, 3.4028235e38f, 1.4e-45f, 2e-3f, 16777216f}, 5)))
        .isEqualTo("[0.1,3.4028235E38,1.4E-45,0.002,1.6777216E7]");
    assertThat(data(doubles(0.1, 2e-323, 1e23, 5e15))).isEqualTo("[0.1,2.0E-323,1.0E23,5.0E15]");
  }

  @Test
  void aHalfHasTheDigitsOfTheFloatThatItIs() {
    ByteBuffer halves =
        space(4).putShort(0, Float.floatToFloat16(0.1f)).putShort(2, Float.floatToFloat16(65504f));

    assertThat(data(numbers(ElementType.FLOAT16, halves, 2))).isEqualTo("[0.099975586,65504.0]");
  }

  @Test
  void nanAndTheInfinitiesAreStrings() {
    assertThat(data(floats(new float[] {Float.NaN, 1f / 0f, -1f / 0f}, 3)))
        .isEqualTo("[\"NaN\",\"Infinity\",\"-Infinity\"]");
    assertThat(data(doubles(Double.NaN, 1d / 0d, -1d / 0d)))
        .isEqualTo("[\"NaN\",\"Infinity\",\"-Infinity\"]");
    ByteBuffer nan = space(2).putShort(0, (short) 0x7E01);
    assertThat(data(numbers(ElementType.FLOAT16, nan, 1))).isEqualTo("[\"NaN\"]");
  }

  @Test
  void stringsAreEscaped() {
    var texts = List.of("\"\\/\0\u001f\u007f\u2028é😀", "");

    assertThat(data(new Tensor.Strings(lengths(2), texts)))
        .isEqualTo("[\"\\\"\\\\/\\u0000\\u001f\u007f\u2028é😀\",\"\"]");
  }

  @Test
  void aLoneSurrogateIsNeverWritten() {
    var lone = new Tensor.Strings(lengths(1), List.of("a\ud800b"));

    assertThat(data(lone)).isEqualTo("[\"a\\ud800b\"]");
    assertThatIllegalArgumentException().isThrownBy(() -> write(lone, BINARY));
  }

  @Test
  void bfloat16IsWrittenInBinaryOnly() {
    Tensor tensor = numbers(ElementType.BFLOAT16, space(2).putShort(0, (short) 0x3F80), 1);

    assertThat(binary(write(tensor, BINARY))).isEqualTo(new byte[] {(byte) 0x80, 0x3F});
    assertThatIllegalArgumentException().isThrownBy(() -> write(tensor, JSON));
  }

  @Test
  void anOutputOfAnotherTypeThanThePortsIsRefused() {
    var model = new Signature(List.of(), List.of(port("y", ElementType.DOUBLE, -1)));

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                InferWriter.write(
                    "m",
                    "1",
                    Optional.empty(),
                    Map.of(),
                    model,
                    List.of(floats(new float[] {1}, 1)),
                    List.of(JSON),
                    List.of()));
  }

  @Test
  void writingMovesNothing() {
    Tensor.Numbers tensor = floats(new float[] {1, 2}, 2);

    write(tensor, JSON);
    write(tensor, BINARY);

    assertThat(tensor.data().position()).isEqualTo(3);
    assertThat(tensor.data().remaining()).isEqualTo(8);
  }

  @Test
  void largeAnswersGrow() {
    float[] values = new float[5000];
    Arrays.fill(values, -1.1754944E-38f);

    String data = data(floats(values, 5000));

    assertThat(bytes(data)).hasSize(5000 * 15 + 1);
    assertThat(data).startsWith("[-1.1754944E-38,-1.1754944E-38");
  }
}
