package dev.sluice.oip;

import static dev.sluice.oip.Protocol.littleEndian;
import static dev.sluice.oip.Protocol.model;
import static dev.sluice.oip.Protocol.port;
import static dev.sluice.oip.Protocol.read;
import static dev.sluice.oip.Protocol.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature;
import dev.sluice.oip.Protocol.Body;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Infer requests with the extension for binary tensors.
class OipBinaryTest {
  private static final Signature FREE = model(ElementType.FLOAT, -1);
  private static final Signature TEXTS = model(ElementType.STRING, -1);

  private static String input(String name, String datatype, String shape, String size) {
    return "{\"name\":\"%s\",\"shape\":%s,\"datatype\":\"%s\",\"parameters\":{\"binary_data_size\":%s}}"
        .formatted(name, shape, datatype, size);
  }

  private static String request(String... inputs) {
    return "{\"inputs\":[" + String.join(",", inputs) + "]}";
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  @Test
  void tensorsAreLittleEndianWhateverTheOffset() {
    String json = request(input("x", "FP32", "[3]", "12"));
    for (int blanks = 0; blanks < 8; blanks++) {
      Body body = Body.of(json + " ".repeat(blanks), littleEndian(1f, -2.5f, 1e-40f));

      assertThat(read(body, FREE).values()).containsExactly(1f, -2.5f, 1e-40f);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BOOL, BOOL, 01, true",
    "UINT8, UINT8, FF, -1",
    "UINT16, UINT16, 0180, -32767",
    "UINT32, UINT32, 01000080, -2147483647",
    "UINT64, UINT64, FFFFFFFFFFFFFFFF, -1",
    "INT8, INT8, 80, -128",
    "INT16, INT16, 0102, 513",
    "INT32, INT32, 01020304, 67305985",
    "INT64, INT64, 0100000000000080, -9223372036854775807",
    "FP16, FLOAT16, 003C, 1.0",
    "BF16, BFLOAT16, 803F, 16256",
    "FP32, FLOAT, 0000C03F, 1.5",
    "FP64, DOUBLE, 000000000000F8BF, -1.5"
  })
  void everyDatatypeHasABinaryForm(String datatype, ElementType type, String bytes, String value) {
    byte[] tensor = hex(bytes);
    Body body = Body.of(request(input("x", datatype, "[1]", "" + tensor.length)), tensor);

    assertThat(read(body, binaryOut(type)).values())
        .extracting(Object::toString)
        .containsExactly(value);
  }

  /// A model whose output has a JSON form, whatever its input.
  private static Signature binaryOut(ElementType type) {
    return new Signature(List.of(port("x", type, -1)), List.of(port("y", ElementType.FLOAT, -1)));
  }

  @Test
  void tensorsFollowInTheOrderOfTheInputsAndMayBeMixedWithJson() {
    var model =
        new Signature(
            List.of(
                port("a", ElementType.INT8, -1),
                port("b", ElementType.FLOAT, -1),
                port("c", ElementType.STRING, -1)),
            List.of());
    Body body =
        Body.of(
            request(
                input("c", "BYTES", "[2]", "9"),
                "{\"name\":\"b\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[7]}",
                input("a", "INT8", "[3]", "3")),
            hex("01000000 61 00000000"),
            hex("01 02 03"));

    var read = read(body, model);

    assertThat(Protocol.values(read.tensors().get(0)))
        .containsExactly((byte) 1, (byte) 2, (byte) 3);
    assertThat(Protocol.values(read.tensors().get(1))).containsExactly(7f);
    assertThat(Protocol.values(read.tensors().get(2))).containsExactly("a", "");
  }

  @Test
  void theParameterMayComeBeforeAllOthers() {
    String input =
        "{\"parameters\":{\"binary_data_size\":4},\"datatype\":\"FP32\",\"shape\":[1],\"name\":\"x\"}";

    assertThat(read(Body.of(request(input), littleEndian(3f)), FREE).values()).containsExactly(3f);
  }

  @Test
  void anEmptyTensorHasNoBytes() {
    assertThat(read(Body.of(request(input("x", "FP32", "[0]", "0"))), FREE).values()).isEmpty();
    assertThat(read(Body.of(request(input("x", "BYTES", "[0]", "0"))), TEXTS).values()).isEmpty();
  }

  @Test
  void theHeaderMayCountAllOfAJsonRequest() {
    assertThat(read(Body.of(Protocol.input("FP32", "[1]", "[5]")), FREE).values())
        .containsExactly(5f);
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, JSON",
    "true, false, BINARY",
    "false, true, BINARY",
    "true, true, BINARY"
  })
  void anOutputIsBinaryByItsOwnParameterElseByTheRequests(
      boolean request, boolean own, Wanted.Form form) {
    String json =
        """
        {"parameters":{"binary_data_output":%s},
         "outputs":[{"name":"y"%s}],
         "inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}
        """
            .formatted(request, own ? ",\"parameters\":{\"binary_data\":true}" : "");

    assertThat(read(json, FREE).request().outputs())
        .containsExactly(new Wanted(0, form, OptionalInt.empty()));
  }

  @Test
  void anOutputMaySayNoWhereTheRequestSaysBinary() {
    String json =
        """
        {"outputs":[{"name":"y","parameters":{"binary_data":false}}],
         "inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}],
         "parameters":{"binary_data_output":true}}
        """;

    assertThat(read(json, FREE).request().outputs().getFirst().form()).isEqualTo(Wanted.Form.JSON);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "\"true\"", "null", "[]"})
  void refusesBinaryDataThatIsNotABoolean(String value) {
    String whole = "{\"parameters\":{\"binary_data_output\":%s}}".formatted(value);
    String own =
        "{\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":%s}}]}".formatted(value);

    assertThat(refusal(whole, FREE).pointer()).isEqualTo("/parameters/binary_data_output");
    assertThat(refusal(own, FREE).pointer()).isEqualTo("/outputs/0/parameters/binary_data");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-1", "+1", " 1", "1 ", "0x1", "1.0", "1e3", "a", "١", "9999999999999999999"})
  void refusesAHeaderThatIsNoPlainDecimal(String value) {
    assertThatExceptionOfType(BadRequest.class).isThrownBy(() -> InferReader.headerLength(value));
  }

  @Test
  void readsTheHeader() throws BadRequest {
    assertThat(InferReader.headerLength("0")).isZero();
    assertThat(InferReader.headerLength("0123")).isEqualTo(123);
  }

  @Test
  void refusesAHeaderBeyondTheBody() {
    byte[] body = Protocol.bytes(Protocol.input("FP32", "[1]", "[5]"));
    for (long length : new long[] {body.length + 1L, Long.MAX_VALUE, -1}) {
      assertThat(refusal(body, OptionalLong.of(length), FREE, Protocol.LIMITS).detail())
          .contains("Inference-Header-Content-Length");
    }
  }

  @Test
  void refusesJsonThatIsCutByTheHeader() {
    byte[] body = Protocol.bytes(Protocol.input("FP32", "[1]", "[5]"));
    for (int length = 1; length < body.length; length++) {
      assertThat(refusal(body, OptionalLong.of(length), FREE, Protocol.LIMITS).kind())
          .isEqualTo(BadRequest.Kind.MALFORMED);
    }
  }

  @Test
  void jsonThatIsCutByTheHeaderIsReportedBeforeAnyTensorIsLookedAt() {
    Body whole = Body.of(request(input("x", "BYTES", "[1]", "5")), hex("01000000 61"));
    for (int missing : new int[] {1, 2, 3}) {
      OptionalLong length = OptionalLong.of(whole.jsonBytes() - missing);

      assertThat(refusal(whole.bytes(), length, TEXTS, Protocol.LIMITS).detail())
          .contains(
              "the end of the JSON was found at byte " + length.getAsLong(),
              "Inference-Header-Content-Length says that the JSON has "
                  + length.getAsLong()
                  + " bytes");
    }
  }

  @Test
  void namesTheHeaderWhereItCutsAStringOrGoesBeyondTheJson() {
    Body whole = Body.of(request(input("x", "FP32", "[1]", "4")), littleEndian(1f));

    for (long length : new long[] {13, whole.jsonBytes() + 4}) {
      assertThat(refusal(whole.bytes(), OptionalLong.of(length), FREE, Protocol.LIMITS).detail())
          .contains("Inference-Header-Content-Length says that the JSON has " + length + " bytes");
    }
  }

  @Test
  void aSizeWithoutTheHeaderIsAnsweredWithTheHeadersName() {
    byte[] body = Body.of(request(input("x", "FP32", "[1]", "4")), littleEndian(1f)).bytes();

    BadRequest refused = refusal(body, OptionalLong.empty(), FREE, Protocol.LIMITS);

    assertThat(refused.pointer()).isEqualTo("/inputs/0");
    assertThat(refused.detail()).contains("Inference-Header-Content-Length is missing");
  }

  @Test
  void refusesBothDataAndASizeAndNeither() {
    String both = input("x", "FP32", "[1]", "4").replaceFirst("}}$", "},\"data\":[1]}");
    String neither = "{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"parameters\":{}}";

    assertThat(refusal(Body.of(request(both), littleEndian(1f)), FREE).detail()).contains("either");
    assertThat(refusal(Body.of(request(neither), littleEndian(1f)), FREE).detail())
        .contains("either");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "3", "5", "7", "8", "9"})
  void refusesASizeThatIsNotTheShapes(String size) {
    Body body = Body.of(request(input("x", "FP32", "[1]", size)), new byte[Integer.parseInt(size)]);

    BadRequest refused = refusal(body, FREE);

    assertThat(refused.pointer()).isEqualTo("/inputs/0");
    assertThat(refused.detail()).contains("\"x\"", "FP32", "[1]", size + " bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-4", "4.0", "\"4\"", "null", "4e0", "18446744073709551620", "true"})
  void refusesASizeThatIsNoCount(String size) {
    Body body = Body.of(request(input("x", "FP32", "[1]", size)), littleEndian(1f));

    assertThat(refusal(body, FREE).pointer()).isEqualTo("/inputs/0/parameters/binary_data_size");
  }

  @Test
  void refusesMissingBytesAndBytesLeftOver() {
    String json = request(input("x", "FP32", "[2]", "8"));

    assertThat(refusal(Body.of(json, new byte[7]), FREE).detail())
        .contains("left after the JSON: 7");
    assertThat(refusal(Body.of(json), FREE).pointer()).isEqualTo("/inputs/0");
    assertThat(refusal(json, FREE).pointer()).isEqualTo("/inputs/0");
    assertThat(refusal(Body.of(json, new byte[9]), FREE).detail()).contains("1 bytes are left");
    assertThat(refusal(Body.of(Protocol.input("FP32", "[1]", "[1]"), new byte[1]), FREE).detail())
        .contains("1 bytes are left");
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775807", "4294967300", "2147483648"})
  void aSizeBeyondTheBodyTakesNoMemory(String size) {
    long floats = Long.parseLong(size) / 4;
    Body body = Body.of(request(input("x", "FP32", "[" + floats + "]", size)), littleEndian(1f));
    var buffers = new CountedBuffers();
    var reader = new InferReader(buffers, Limits.of(Integer.MAX_VALUE, 1));

    assertThatExceptionOfType(BadRequest.class)
        .isThrownBy(
            () ->
                reader.read(
                    body.bytes(),
                    0,
                    body.bytes().length,
                    OptionalLong.of(body.jsonBytes()),
                    FREE,
                    Set.of()));
    assertThat(buffers.bytesTaken()).isZero();
  }

  @Test
  void theLimitHoldsForBinaryTensorsToo() {
    Body body = Body.of(request(input("x", "FP32", "[3]", "12")), littleEndian(1, 2, 3));

    BadRequest refused =
        refusal(body.bytes(), OptionalLong.of(body.jsonBytes()), FREE, Limits.of(11, 1));

    assertThat(refused.kind()).isEqualTo(BadRequest.Kind.TOO_LARGE);
    assertThat(refused.pointer()).isEqualTo("/inputs/0");
  }

  @Test
  void aBooleanIsAByteOfZeroOrOne() {
    Signature model = model(ElementType.BOOL, -1);
    String json = request(input("x", "BOOL", "[3]", "3"));

    assertThat(read(Body.of(json, hex("000100")), model).values())
        .containsExactly(false, true, false);
    for (String wrong : List.of("000200", "0001FF", "800000")) {
      assertThat(refusal(Body.of(json, hex(wrong)), model).detail()).contains("0 and 1");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a length past the end,     2, 01000000 61 02000000 62",
    "-1 is unsigned,            1, FFFFFFFF 61",
    "2^31 is unsigned,          1, 00000080 61",
    "half a length,             2, 01000000 61 0000",
    "fewer,                     3, 01000000 61 00000000",
    "more,                      1, 01000000 61 00000000",
    "none wanted,               0, 00000000",
    "left over,                 1, 00000000 61",
    "more than can be,          1000000000000, 00000000"
  })
  void refusesBytesWithALengthPastTheEndOrAWrongNumber(String what, String shape, String bytes) {
    byte[] tensor = hex(bytes);
    Body body =
        Body.of(request(input("x", "BYTES", "[" + shape + "]", "" + tensor.length)), tensor);

    BadRequest refused = refusal(body, TEXTS);

    assertThat(refused.pointer()).as(what).isEqualTo("/inputs/0");
    assertThat(refused.kind()).as(what).isEqualTo(BadRequest.Kind.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"C3", "80", "C080", "EDA080", "F4908080", "FF"})
  void refusesBytesThatAreNotUtf8(String text) {
    byte[] wrong = hex(text);
    byte[] tensor = hex("0%d000000".formatted(wrong.length) + text);
    Body body = Body.of(request(input("x", "BYTES", "[1]", "" + tensor.length)), tensor);

    assertThat(refusal(body, TEXTS).detail()).contains("UTF-8", "element 0");
  }

  @Test
  void stringsAreLimitedBeforeAnyIsMade() {
    byte[] tensor = new byte[40];
    Body body = Body.of(request(input("x", "BYTES", "[10]", "40")), tensor);

    assertThat(
            refusal(body.bytes(), OptionalLong.of(body.jsonBytes()), TEXTS, Limits.of(1, 9)).kind())
        .isEqualTo(BadRequest.Kind.TOO_LARGE);
  }

  @Test
  void theBytesOfStringsAreLimitedToo() {
    Body body =
        Body.of(request(input("x", "BYTES", "[2]", "12")), hex("02000000 6161 02000000 6262"));
    OptionalLong header = OptionalLong.of(body.jsonBytes());

    read(body.bytes(), header, TEXTS, Set.of(), Limits.of(4, 2));
    BadRequest refused = refusal(body.bytes(), header, TEXTS, Limits.of(3, 2));

    assertThat(refused.kind()).isEqualTo(BadRequest.Kind.TOO_LARGE);
    assertThat(refused.detail()).contains("\"x\"", "3 bytes");
  }

  // Raw requests: no JSON at all

  private static final OptionalLong RAW = OptionalLong.of(0);

  @Test
  void aRawRequestIsTheOnlyInputAndWantsAllOutputsInBinary() {
    Signature model = model(ElementType.FLOAT, -1, 2);

    var read = read(littleEndian(1, 2, 3, 4, 5, 6), RAW, model, Set.of(), Protocol.LIMITS);

    assertThat(read.tensor().shape()).containsExactly(3L, 2L);
    assertThat(read.values()).containsExactly(1f, 2f, 3f, 4f, 5f, 6f);
    assertThat(read.request().outputs())
        .containsExactly(new Wanted(0, Wanted.Form.BINARY, OptionalInt.empty()));
  }

  @Test
  void aRawRequestMayBeEmptyOrOfStrings() {
    assertThat(read(new byte[0], RAW, FREE, Set.of(), Protocol.LIMITS).values()).isEmpty();
    assertThat(read(hex("01000000 61 00000000"), RAW, TEXTS, Set.of(), Protocol.LIMITS).values())
        .containsExactly("a", "");
  }

  @Test
  void aRawRequestFillsTheShape() {
    Signature fixed = model(ElementType.FLOAT, 2);

    assertThat(read(littleEndian(1, 2), RAW, fixed, Set.of(), Protocol.LIMITS).values()).hasSize(2);
    for (int floats : new int[] {0, 1, 3}) {
      assertThat(refusal(new byte[4 * floats], RAW, fixed, Protocol.LIMITS).pointer()).isEmpty();
    }
    Signature rows = model(ElementType.FLOAT, -1, 2);
    assertThat(refusal(new byte[12], RAW, rows, Protocol.LIMITS).pointer()).isEmpty();
    assertThat(refusal(new byte[15], RAW, rows, Protocol.LIMITS).pointer()).isEmpty();
    assertThat(
            refusal(new byte[4], RAW, model(ElementType.FLOAT, -1, 0), Protocol.LIMITS).pointer())
        .isEmpty();
    assertThat(refusal(hex("05000000 61"), RAW, TEXTS, Protocol.LIMITS).pointer()).isEmpty();
  }

  @Test
  void aRawRequestThatFitsNoShapeIsAnsweredWithTheBytesThatWould() {
    Signature pictures = model(ElementType.FLOAT, -1, 1, 8, 8);
    Signature pair = model(ElementType.FLOAT, 2);
    Signature pairs = model(ElementType.STRING, -1, 2);

    assertThat(refusal(new byte[200], RAW, pictures, Protocol.LIMITS).detail())
        .isEqualTo(
            "input \"x\" (FP32, shape [-1, 1, 8, 8]) has a multiple of 256 bytes:"
                + " the body has 200");
    assertThat(refusal(new byte[12], RAW, pair, Protocol.LIMITS).detail())
        .isEqualTo("input \"x\" (FP32, shape [2]) has 8 bytes: the body has 12");
    assertThat(refusal(hex("01000000 61"), RAW, pairs, Protocol.LIMITS).detail())
        .isEqualTo(
            "input \"x\" (BYTES, shape [-1, 2]) has a multiple of 2 strings: the body has 1");
  }

  @Test
  void aRawRequestNeedsOneInputWithAtMostOneFreeAxis() {
    var two =
        new Signature(
            List.of(port("a", ElementType.FLOAT, 1), port("b", ElementType.FLOAT, 1)), List.of());

    assertThat(refusal(new byte[4], RAW, two, Protocol.LIMITS).detail()).contains("one input");
    assertThat(
            refusal(new byte[4], RAW, model(ElementType.FLOAT, -1, -1), Protocol.LIMITS).detail())
        .contains("one free axis");
  }

  @ParameterizedTest
  @CsvSource({"2, 0201", "4, 04030201", "8, 0807060504030201"})
  void bytesAreTurnedRoundForMachinesOfTheOtherOrder(int width, String turned) {
    ByteBuffer big = ByteBuffer.allocate(width).order(ByteOrder.BIG_ENDIAN);

    BinaryPart.copy(hex("FF0102030405060708"), 1, width, width, big);

    assertThat(big.array()).isEqualTo(hex(turned));
    var sink = new JsonSink(0);
    sink.elements(big, width);
    assertThat(sink.bytes()).isEqualTo(hex("0102030405060708".substring(0, 2 * width)));
  }

  @Test
  void aRequestThatIsClosedTwiceGivesItsBuffersBackOnce() throws BadRequest {
    var buffers = new CountedBuffers();
    byte[] body = littleEndian(1);
    InferRequest request =
        new InferReader(buffers, Protocol.LIMITS).read(body, 0, 4, RAW, FREE, Set.of());
    assertThat(buffers.out()).isEqualTo(1);

    request.close();
    request.close();

    assertThat(buffers.out()).isZero();
  }
}
