package dev.sluice.oip;

import static dev.sluice.oip.Protocol.bytes;
import static dev.sluice.oip.Protocol.input;
import static dev.sluice.oip.Protocol.model;
import static dev.sluice.oip.Protocol.port;
import static dev.sluice.oip.Protocol.read;
import static dev.sluice.oip.Protocol.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Infer requests in JSON.
class OipJsonTest {
  private static final Signature FLOATS = model(ElementType.FLOAT, 2, 2);
  private static final Signature FREE = model(ElementType.FLOAT, -1);
  private static final Signature INTS = model(ElementType.INT32, -1);

  // The data

  @Test
  void dataIsRowMajorAndFlatOrNestedAsTheShape() {
    assertThat(read(input("FP32", "[2,2]", "[1,2,3,4]"), FLOATS).values())
        .isEqualTo(read(input("FP32", "[2,2]", "[[1,2],[3,4]]"), FLOATS).values())
        .containsExactly(1f, 2f, 3f, 4f);
  }

  @Test
  void aScalarHasAnEmptyShapeAndOneValue() {
    var read = read(input("FP32", "[]", "[5.5]"), model(ElementType.FLOAT));

    assertThat(read.values()).containsExactly(5.5f);
    assertThat(read.tensor().shape()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1,2,3]",
        "[1,2,3,4,5]",
        "[]",
        "[[1,2],[3]]",
        "[[1,2],[3,4,5]]",
        "[[1,2]]",
        "[[1,2],[3,4],[5,6]]",
        "[[1,2],3,4]",
        "[1,2,[3,4]]",
        "[[[1],[2]],[[3],[4]]]",
        "[[1,2,3,4]]",
        "[[],[]]",
        "[1,2,3,4,]",
        "[,1,2,3,4]",
        "[1 2,3,4]",
        "5",
        "{}",
        "null",
        "\"1234\""
      })
  void refusesFewerOrMoreValuesThanTheShapeAndOtherNesting(String data) {
    BadRequest refused = refusal(input("FP32", "[2,2]", data), FLOATS);

    assertThat(refused.kind()).isEqualTo(BadRequest.Kind.MALFORMED);
    assertThat(refused.pointer()).startsWith("/inputs/0/data");
  }

  @Test
  void tooFewValuesAreCounted() {
    assertThat(refusal(input("FP32", "[2,2]", "[1,2,3]"), FLOATS).detail()).endsWith(": 3 came");
    assertThat(refusal(input("FP32", "[2,2]", "[[1,2],[3]]"), FLOATS).detail())
        .endsWith(": 1 came");
    assertThat(refusal(input("FP32", "[1000]", "[[1],2,[]]"), FREE).detail())
        .isEqualTo("input \"x\" with the shape [1000] has 1000 values: 2 came");
  }

  @Test
  void namesThePlaceOfAValueThatDoesNotFit() {
    assertThat(refusal(input("FP32", "[2,2]", "[1,2,3,true]"), FLOATS).pointer())
        .isEqualTo("/inputs/0/data/3");
    assertThat(refusal(input("FP32", "[2,2]", "[[1,2],[null,4]]"), FLOATS).pointer())
        .isEqualTo("/inputs/0/data/1/0");
  }

  @Test
  void aZeroLengthIsLegal() {
    Signature model = model(ElementType.FLOAT, -1, -1, 3);

    assertThat(read(input("FP32", "[0,2,3]", "[]"), model).values()).isEmpty();
    assertThat(read(input("FP32", "[2,0,3]", "[]"), model).values()).isEmpty();
    assertThat(read(input("FP32", "[2,0,3]", "[[],[]]"), model).values()).isEmpty();
    assertThat(refusal(input("FP32", "[2,0,3]", "[[]]"), model).pointer())
        .isEqualTo("/inputs/0/data");
    assertThat(refusal(input("FP32", "[0,2,3]", "[[]]"), model).pointer())
        .startsWith("/inputs/0/data");
  }

  @Test
  void membersOfAnInputMayComeInAnyOrder() {
    String[] members = {
      "\"name\":\"x\"", "\"shape\":[2]", "\"datatype\":\"FP32\"", "\"data\":[1,2]",
    };
    for (List<String> order : orders(List.of(members))) {
      String json = "{\"inputs\":[{" + String.join(",", order) + "}]}";

      assertThat(read(json, FREE).values()).containsExactly(1f, 2f);
    }
  }

  private static List<List<String>> orders(List<String> of) {
    if (of.isEmpty()) {
      return List.of(List.of());
    }
    var orders = new ArrayList<List<String>>();
    for (String first : of) {
      for (List<String> rest : orders(of.stream().filter(other -> !other.equals(first)).toList())) {
        var order = new ArrayList<>(List.of(first));
        order.addAll(rest);
        orders.add(order);
      }
    }
    return orders;
  }

  @Test
  void dataBeforeTheShapeIsCheckedLikeAnyOther() {
    String json =
        "{\"inputs\":[{\"data\":[1,%s],\"name\":\"x\",\"shape\":[2],\"datatype\":\"FP32\"}]}";

    assertThat(refusal(json.formatted("true"), FREE).pointer()).isEqualTo("/inputs/0/data/1");
    assertThat(refusal(json.formatted("1,2"), FREE).pointer()).isEqualTo("/inputs/0/data");
    assertThat(refusal(json.formatted("NaN"), FREE).pointer()).startsWith("/inputs/0/data");
  }

  // Outputs

  private static final Signature TWO =
      new Signature(
          List.of(port("x", ElementType.FLOAT, -1)),
          List.of(port("p", ElementType.FLOAT, -1), port("q", ElementType.INT64, -1)));

  private static String asking(String outputs) {
    return "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]"
        + ",\"outputs\":"
        + outputs
        + "}";
  }

  @Test
  void allOutputsAreWantedWhenNoneIsNamed() {
    var all =
        List.of(
            new Wanted(0, Wanted.Form.JSON, OptionalInt.empty()),
            new Wanted(1, Wanted.Form.JSON, OptionalInt.empty()));

    assertThat(read(asking("[]"), TWO).request().outputs()).isEqualTo(all);
    assertThat(read(input("FP32", "[1]", "[1]"), TWO).request().outputs()).isEqualTo(all);
  }

  @Test
  void outputsAreWantedInTheOrderAskedFor() {
    String json =
        asking("[{\"name\":\"q\"},{\"name\":\"p\",\"parameters\":{\"classification\":3}}]");

    assertThat(read(json, TWO).request().outputs())
        .containsExactly(
            new Wanted(1, Wanted.Form.JSON, OptionalInt.empty()),
            new Wanted(0, Wanted.Form.JSON, OptionalInt.of(3)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{'name':'r'}]                                     | /outputs/0/name",
        "[{'name':'p'},{'name':'p'}]                        | /outputs/1/name",
        "[{}]                                               | /outputs/0",
        "[5]                                                | /outputs/0",
        "{}                                                 | /outputs",
        "null                                               | /outputs",
        "[{'name':'p','parameters':[]}]                     | /outputs/0/parameters",
        "[{'name':'p','parameters':{'classification':0}}]   | /outputs/0/parameters/classification",
        "[{'name':'p','parameters':{'classification':-1}}]  | /outputs/0/parameters/classification",
        "[{'name':'p','parameters':{'classification':'1'}}] | /outputs/0/parameters/classification",
        "[{'name':'p','name':'q'}]                          | /outputs/0"
      })
  void refusesOutputsThatTheModelLacksOrThatComeTwiceOrAreNoOutputs(String outputs, String place) {
    assertThat(refusal(asking(outputs.replace('\'', '"')), TWO).pointer()).isEqualTo(place);
  }

  @Test
  void stringsAndBooleansAreNotRanked() {
    for (ElementType type : List.of(ElementType.STRING, ElementType.BOOL)) {
      var model =
          new Signature(List.of(port("x", ElementType.FLOAT, -1)), List.of(port("y", type, -1)));
      String json = asking("[{\"name\":\"y\",\"parameters\":{\"classification\":1}}]");

      assertThat(refusal(json, model).detail()).contains("classification ranks numbers");
    }
  }

  // Unknown members and parameters, id, timeout

  @Test
  void unknownMembersAndParametersAreIgnoredEverywhere() {
    String json =
        """
        {"model_name": "m", "deep": {"a": [{"b": "\\u00e9 \\ud83d\\ude00 ü"}, -1.5e+3, null, true]},
         "parameters": {"priority": 3, "sequence_id": "s", "odd": [1, {}]},
         "inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "data": [1], "extra": false,
                     "parameters": {"content_type": "np", "n": 1}}],
         "outputs": [{"name": "y", "more": [], "parameters": {"content_type": "np"}}]}
        """;

    assertThat(read(json, FREE).values()).containsExactly(1f);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'parameters':[],'inputs':[]}",
        "{'parameters':null,'inputs':[]}",
        "{'parameters':'a','inputs':[]}",
        "{'inputs':[{'name':'x','shape':[1],'datatype':'FP32','parameters':1,'data':[1]}]}"
      })
  void parametersMustBeAnObject(String json) {
    assertThat(refusal(json.replace('\'', '"'), FREE).pointer()).endsWith("/parameters");
  }

  private static String with(String member) {
    return "{" + member + "," + input("FP32", "[1]", "[1]").substring(1);
  }

  @Test
  void anIdIsAnyUnicode() {
    assertThat(read(with("\"id\":\"\""), FREE).request().id()).contains("");
    assertThat(read(with("\"id\":\"Ω\\n\\u0000\\ud83d\\ude00😀\\/\\\"\""), FREE).request().id())
        .contains("Ω\n\0😀😀/\"");
    assertThat(read(input("FP32", "[1]", "[1]"), FREE).request().id()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "null", "true", "[]", "{}"})
  void anIdMustBeAString(String id) {
    assertThat(refusal(with("\"id\":" + id), FREE).pointer()).isEqualTo("/id");
  }

  @Test
  void theTimeoutIsInMicrosecondsAndZeroIsNone() {
    assertThat(read(with("\"parameters\":{\"timeout\":1500}"), FREE).request().timeoutMicros())
        .hasValue(1500);
    assertThat(read(with("\"parameters\":{\"timeout\":0}"), FREE).request().timeoutMicros())
        .isEmpty();
    for (String wrong : List.of("1.5", "-1", "\"5\"", "9223372036854775808", "1e3")) {
      assertThat(refusal(with("\"parameters\":{\"timeout\":" + wrong + "}"), FREE).pointer())
          .isEqualTo("/parameters/timeout");
    }
  }

  // Values

  @ParameterizedTest
  @CsvSource({
    "INT8, -128, 127, -129, 128",
    "UINT8, 0, 255, -1, 256",
    "INT16, -32768, 32767, -32769, 32768",
    "UINT16, 0, 65535, -1, 65536",
    "INT32, -2147483648, 2147483647, -2147483649, 2147483648",
    "UINT32, 0, 4294967295, -1, 4294967296",
    "INT64, -9223372036854775808, 9223372036854775807, -9223372036854775809, 9223372036854775808",
    "UINT64, 0, 18446744073709551615, -1, 18446744073709551616"
  })
  void integersKeepAllTheirBitsAndMustBeInRange(
      String datatype, String least, String most, String below, String above) {
    Signature model = model(ElementType.valueOf(datatype), -1);

    var values = read(input(datatype, "[2]", "[" + least + "," + most + "]"), model).values();

    assertThat(values.stream().map(value -> ((Number) value).longValue()))
        .containsExactly(
            Long.parseLong(least), datatype.startsWith("U") ? -1L : Long.parseLong(most));
    for (String wrong : List.of(below, above, "100000000000000000000000000000")) {
      assertThat(refusal(input(datatype, "[2]", "[0," + wrong + "]"), model))
          .satisfies(
              refused -> {
                assertThat(refused.pointer()).isEqualTo("/inputs/0/data/1");
                assertThat(refused.detail()).contains("\"x\"", datatype, least, most, wrong);
              });
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.0", "1e2", "1E0", "1.5", "-", "01", "-01", "+1", "\"1\"", "true", "null", "NaN"
      })
  void anIntegerHasNoFractionAndNoExponent(String value) {
    assertThat(refusal(input("INT32", "[1]", "[" + value + "]"), INTS).detail())
        .contains("without fraction or exponent");
  }

  @Test
  void minusZeroIsAnInteger() {
    assertThat(read(input("INT32", "[1]", "[-0]"), INTS).values()).containsExactly(0);
    assertThat(read(input("UINT8", "[1]", "[-0]"), model(ElementType.UINT8, -1)).values())
        .containsExactly((byte) 0);
  }

  @Test
  void aFloatTakesEveryDecimalThatRoundsToAFiniteValue() {
    String data =
        "[3.4028235e+38,1e-50,-0,0.1,1E2,16777217,3.4028235677973366e38,340282356779733.65e24]";

    assertThat(read(input("FP32", "[8]", data), FREE).values())
        .containsExactly(
            Float.MAX_VALUE, 0f, -0f, 0.1f, 100f, 16777216f, Float.MAX_VALUE, Float.MAX_VALUE);
    for (String large : List.of("1e39", "-1e39", "3.4028235677973367e38", "1e9999999999999")) {
      assertThat(refusal(input("FP32", "[2]", "[1," + large + "]"), FREE))
          .satisfies(
              refused -> {
                assertThat(refused.pointer()).isEqualTo("/inputs/0/data/1");
                assertThat(refused.detail()).contains("rounds to a finite value", large);
              });
    }
  }

  @Test
  void doublesAndHalvesAreReadLikewise() {
    assertThat(
            read(input("FP64", "[4]", "[1e308,4.9e-324,0.1,-2.5]"), model(ElementType.DOUBLE, -1))
                .values())
        .containsExactly(1e308, Double.MIN_VALUE, 0.1, -2.5);
    Signature halves = model(ElementType.FLOAT16, -1);
    assertThat(
            read(
                    input("FP16", "[6]", "[65504,65519.9999,2049,2051,5.960464477539063e-8,-0.1]"),
                    halves)
                .values())
        .containsExactly(65504f, 65504f, 2048f, 2052f, 0x1p-24f, -0.099975586f);
    assertThat(refusal(input("FP16", "[1]", "[65520]"), halves).pointer())
        .isEqualTo("/inputs/0/data/0");
    assertThat(refusal(input("FP64", "[1]", "[1e309]"), model(ElementType.DOUBLE, -1)).pointer())
        .isEqualTo("/inputs/0/data/0");
  }

  @ParameterizedTest
  @CsvSource({"FP16, FLOAT16", "FP32, FLOAT", "FP64, DOUBLE"})
  void nanAndTheInfinitiesAreStrings(String datatype, ElementType type) {
    var values =
        read(
                input(datatype, "[4]", "[\"NaN\",\"Infinity\",\"-Infinity\",\"N\\u0061N\"]"),
                model(type, -1))
            .values();

    assertThat(values.stream().map(value -> ((Number) value).doubleValue()))
        .containsExactly(
            Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "Infinity",
        "-Infinity",
        "-NaN",
        "nan",
        "inf",
        "null",
        "\"nan\"",
        "\"+Infinity\"",
        "\"1\"",
        "true",
        "[]",
        "{}",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "1e+",
        "-",
        "0x1p3",
        "1f",
        "١",
        "1_0"
      })
  void refusesBareNamesNullAndWhatIsNoNumberAndNamesTheStrings(String value) {
    BadRequest refused = refusal(input("FP32", "[1]", "[" + value + "]"), FREE);

    assertThat(refused.pointer()).startsWith("/inputs/0/data");
    if (!value.equals("1f")
        && !value.equals("0x1p3")
        && !value.equals("1_0")
        && !value.equals("01")) {
      assertThat(refused.detail()).contains("\"NaN\", \"Infinity\", \"-Infinity\"");
    }
  }

  @Test
  void aBooleanIsTrueOrFalse() {
    Signature model = model(ElementType.BOOL, -1);

    assertThat(read(input("BOOL", "[2]", "[true,false]"), model).values())
        .containsExactly(true, false);
    for (String wrong : List.of("1", "0", "\"true\"", "null", "tru", "True", "truefalse")) {
      assertThat(refusal(input("BOOL", "[1]", "[" + wrong + "]"), model).pointer())
          .startsWith("/inputs/0/data");
    }
  }

  @Test
  void bytesAreJsonStrings() {
    Signature model = model(ElementType.STRING, -1, 2);

    assertThat(read(input("BYTES", "[1,2]", "[[\"\",\"a\\tb\\u00fc\\\\ü😀\"]]"), model).values())
        .containsExactly("", "a\tbü\\ü😀");
    for (String wrong : List.of("1", "null", "[]", "\"\\ud800\"", "\"a\\x\"", "\"a\nb\"", "\"a")) {
      assertThat(refusal(input("BYTES", "[1,2]", "[\"a\"," + wrong + "]"), model).pointer())
          .isEqualTo("/inputs/0/data/1");
    }
  }

  @Test
  void bfloat16HasNoJsonForm() {
    Signature model = model(ElementType.BFLOAT16, -1);

    assertThat(refusal(input("BF16", "[1]", "[1]"), model).detail()).contains("binary");
  }

  @Test
  void aModelWithBfloat16OutputsIsAskedInBinary() {
    var model =
        new Signature(
            List.of(port("x", ElementType.FLOAT, -1)),
            List.of(port("y", ElementType.BFLOAT16, -1)));

    assertThat(refusal(asking("[]"), model).pointer()).isEqualTo("/outputs");
    assertThat(refusal(asking("[{\"name\":\"y\"}]"), model).pointer()).isEqualTo("/outputs/0");
    String json = asking("[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}]");
    assertThat(read(json, model).request().outputs().getFirst().form())
        .isEqualTo(Wanted.Form.BINARY);
  }

  // Shape and datatype

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[2]",
        "[2,3]",
        "[3,2]",
        "[2,2,1]",
        "[]",
        "[-2,2]",
        "[2.0,2]",
        "[2e0,2]",
        "[\"2\",2]",
        "[null,2]",
        "[true,2]",
        "4",
        "null",
        "[[2],2]",
        "[2,18446744073709551618]",
        "[02,2]",
        "[2,2,]"
      })
  void refusesAShapeThatIsNotTheModels(String shape) {
    assertThat(refusal(input("FP32", shape, "[1,2,3,4]"), FLOATS).pointer())
        .startsWith("/inputs/0/shape");
  }

  @Test
  void theDatatypeMustBeThePorts() {
    BadRequest refused = refusal(input("FP64", "[2,2]", "[1,2,3,4]"), FLOATS);

    assertThat(refused.pointer()).isEqualTo("/inputs/0/datatype");
    assertThat(refused.detail()).contains("FP32", "FP64", "\"x\"");
    assertThat(refusal(input("FLOAT", "[2,2]", "[1,2,3,4]"), FLOATS).pointer())
        .isEqualTo("/inputs/0/datatype");
  }

  @Test
  void anUnknownDatatypeIsAnsweredWithThoseThatThereAre() {
    assertThat(refusal(input("float32", "[1]", "[1]"), FREE).detail())
        .startsWith("\"float32\" is none of the datatypes: ")
        .contains("BOOL", "INT64", "FP32", "BYTES")
        .hasSizeLessThan(200);
  }

  @Test
  void tooManyAxesAreAnsweredWithTheInputsShape() {
    assertThat(refusal(input("FP32", "[1,2,2]", "[1]"), FLOATS).detail())
        .isEqualTo("input \"x\" has the shape [2, 2] (-1: any length): more axes came");
    assertThat(refusal("{\"inputs\":[{\"shape\":[1,2,2],\"name\":\"x\"}]}", FLOATS).detail())
        .isEqualTo("no input of this model has more than 2 axes");
  }

  @Test
  void unknownInputsAndOutputsAreAnsweredWithAFewOfTheNamesThatThereAre() {
    var ports = new ArrayList<Signature.Port>();
    for (int i = 0; i < 9; i++) {
      ports.add(port("n".repeat(100) + i, ElementType.FLOAT, 1));
    }
    var many = new Signature(ports, List.of());

    assertThat(refusal(input("FP32", "[1]", "[1]"), PAIR).detail())
        .isEqualTo("the model has no input \"x\": it has \"a\", \"b\"");
    assertThat(refusal("{\"outputs\":[{\"name\":\"r\"}]}", TWO).detail())
        .isEqualTo("the model has no output \"r\": it has \"p\", \"q\"");
    assertThat(refusal(input("FP32", "[1]", "[1]"), many).detail())
        .endsWith(", ...")
        .hasSizeLessThan(450);
  }

  @Test
  void aShapeWithMoreElementsThanTheBodyTakesNoMemory() {
    Signature model = model(ElementType.DOUBLE, -1, -1, -1);
    for (String shape :
        List.of(
            "[1000,1000,1000]",
            "[9223372036854775807,1,1]",
            "[4294967296,4294967296,1]",
            "[3037000500,3037000500,2]",
            "[0,9223372036854775807,9223372036854775807]")) {
      for (String data : List.of("[1,2]", "[]")) {
        var buffers = new CountedBuffers();
        byte[] body = bytes(input("FP64", shape, data));
        var reader = new InferReader(buffers, Limits.of(Integer.MAX_VALUE, 10));

        BadRequest refused =
            catchThrowableOfType(
                BadRequest.class,
                () -> reader.read(body, 0, body.length, OptionalLong.empty(), model, Set.of()));

        assertThat(refused.kind()).isEqualTo(BadRequest.Kind.MALFORMED);
        assertThat(buffers.bytesTaken()).isZero();
      }
    }
  }

  @Test
  void theLimitIsForAllInputsTogether() {
    var model =
        new Signature(
            List.of(port("a", ElementType.DOUBLE, -1), port("b", ElementType.DOUBLE, -1)),
            List.of());
    String json =
        """
        {"inputs":[{"name":"a","shape":[3],"datatype":"FP64","data":[1,2,3]},
                   {"name":"b","shape":[%d],"datatype":"FP64","data":%s}]}
        """;
    var limits = Limits.of(40, 10);

    read(bytes(json.formatted(2, "[1,2]")), OptionalLong.empty(), model, Set.of(), limits);
    BadRequest refused =
        refusal(bytes(json.formatted(3, "[1,2,3]")), OptionalLong.empty(), model, limits);

    assertThat(refused.kind()).isEqualTo(BadRequest.Kind.TOO_LARGE);
    assertThat(refused.pointer()).isEqualTo("/inputs/1/data");
    assertThat(refused.detail()).contains("\"b\"", "40 bytes");
  }

  @Test
  void stringsAreLimitedInNumberAndInBytes() {
    Signature model = model(ElementType.STRING, -1);
    byte[] three = bytes(input("BYTES", "[3]", "[\"abc\",\"def\",\"ghi\"]"));

    assertThat(refusal(three, OptionalLong.empty(), model, Limits.of(100, 2)).kind())
        .isEqualTo(BadRequest.Kind.TOO_LARGE);
    BadRequest refused = refusal(three, OptionalLong.empty(), model, Limits.of(8, 3));
    assertThat(refused.kind()).isEqualTo(BadRequest.Kind.TOO_LARGE);
    assertThat(refused.pointer()).isEqualTo("/inputs/0/data/2");
    read(three, OptionalLong.empty(), model, Set.of(), Limits.of(9, 3));
  }

  // Inputs

  private static final Signature PAIR =
      new Signature(
          List.of(port("a", ElementType.FLOAT, 1), port("b", ElementType.INT8, 1)),
          List.of(port("y", ElementType.FLOAT, 1)));
  private static final String A =
      "{\"name\":\"a\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}";
  private static final String B =
      "{\"name\":\"b\",\"shape\":[1],\"datatype\":\"INT8\",\"data\":[2]}";

  @Test
  void inputsComeInAnyOrderAndAreGivenInTheSignatures() {
    var read = read("{\"inputs\":[" + B + "," + A + "]}", PAIR);

    assertThat(read.request().inputs()).extracting(Given::port).containsExactly(0, 1);
    assertThat(read.values()).containsExactly(1f);
  }

  @Test
  void everyInputIsRequiredOnce() {
    assertThat(refusal("{\"inputs\":[" + A + "]}", PAIR).detail()).contains("\"b\"", "INT8");
    assertThat(refusal("{}", PAIR).pointer()).isEqualTo("/inputs");
    assertThat(refusal("{\"inputs\":[" + A + "," + B + "," + A + "]}", PAIR).pointer())
        .isEqualTo("/inputs/2");
    assertThat(refusal("{\"inputs\":[" + A.replace("\"a\"", "\"A\"") + "]}", PAIR).pointer())
        .isEqualTo("/inputs/0/name");
  }

  @Test
  void anInputWithADefaultMayBeLeftOut() {
    byte[] body = bytes("{\"inputs\":[" + B + "]}");

    var read = read(body, OptionalLong.empty(), PAIR, Set.of("a"), Protocol.LIMITS);

    assertThat(read.request().inputs()).extracting(Given::port).containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "shape", "datatype", "data"})
  void everyMemberOfAnInputIsRequired(String member) {
    String json = "{\"inputs\":[" + A.replace("\"" + member + "\"", "\"_\"") + "]}";

    BadRequest refused = refusal(json, PAIR);

    assertThat(refused.pointer()).isEqualTo("/inputs/0");
    assertThat(refused.detail()).contains(member);
  }

  // Strict JSON

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "5",
        "null",
        "\"a\"",
        "{",
        "{}{}",
        "{} x",
        "{},",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":tru}",
        "{\"a\":nul}",
        "{\"a\":NaN}",
        "{\"a\":[1,]}",
        "{\"a\":[1}",
        "{\"a\":{]}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\\ud800\"}",
        "{\"a\":\"",
        "{\"a\":\"\\",
        "{\"a\":\"\\u",
        "// c\n{}",
        "{/**/}",
        "\uFEFF{}",
        "{\"a\":-}",
        "{\"a\":1e}"
      })
  void oneDocumentInStrictJson(String json) {
    var nothingNeeded = new Signature(List.of(), List.of());

    assertThat(refusal(json, nothingNeeded).kind()).isEqualTo(BadRequest.Kind.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'id' 'a'}       | ':' is expected: a string was found at byte 6",
        "{'id':'a';}      | '}' or ',' is expected: ';' was found at byte 9",
        "{'id':'a'        | '}' or ',' is expected: the end of the JSON was found at byte 9",
        "[{]              | an object is expected: an array was found at byte 0",
        "{\f}             | the name of a member is expected: a byte 0x0C was found at byte 1",
        "{'u':\u00e9}     | a JSON value is expected: a byte 0xC3 was found at byte 5",
        "{} x             | something comes after the end of the JSON document, at byte 3"
      })
  void brokenJsonIsAnsweredWithTheByteAndTheCharacterThere(String json, String says) {
    assertThat(refusal(json.replace('\'', '"'), new Signature(List.of(), List.of())).detail())
        .isEqualTo(says);
  }

  @Test
  void aStringThatIsBrokenIsAnsweredWithWhereItBegins() {
    assertThat(refusal("{\"id\":\"a", FREE).detail())
        .startsWith("the string at byte 6 is not ended");
  }

  @Test
  void namesWhatIsNoJsonAtAll() {
    byte[] gzip = {0x1F, (byte) 0x8B, 8, 0};

    assertThat(refusal("", FREE).detail()).isEqualTo("the body is empty");
    assertThat(refusal(gzip, OptionalLong.empty(), FREE, Protocol.LIMITS).detail())
        .isEqualTo("this looks like gzip: Content-Encoding: gzip says so");
  }

  @Test
  void whiteSpaceIsThatOfJson() {
    assertThat(read(" \t\r\n" + input("FP32", " [ 1 ] ", " [ 1 ] ") + "\n ", FREE).values())
        .containsExactly(1f);
    assertThat(refusal("\f{}", FREE).pointer()).isEmpty();
    assertThat(refusal("{}\0", new Signature(List.of(), List.of())).pointer()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "C3",
        "80",
        "C080",
        "C1BF",
        "E08080",
        "EDA080",
        "EDBFBF",
        "F0808080",
        "F4908080",
        "F8",
        "FF",
        "E282",
        "F09F98"
      })
  void everyStringIsStrictUtf8AlsoOneThatIsSkipped(String hex) {
    String raw = new String(java.util.HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    for (String member : List.of("\"u\":\"%s\"", "\"u\":{\"%s\":1}", "\"%s\":1", "\"id\":\"%s\"")) {
      byte[] body = with(member.formatted(raw)).getBytes(StandardCharsets.ISO_8859_1);

      assertThat(refusal(body, OptionalLong.empty(), FREE, Protocol.LIMITS).detail())
          .contains("UTF-8");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'inputs':[],'inputs':[]}",
        "{'id':'a','\\u0069d':'b'}",
        "{'u':1,'u':2}",
        "{'parameters':{'a':1,'a':1}}",
        "{'parameters':{'timeout':1,'timeout':1}}",
        "{'inputs':[{'name':'x','name':'x'}]}",
        "{'outputs':[{'name':'y','parameters':{'b':1,'b':1}}]}"
      })
  void noMemberComesTwiceInTheProtocolsOwnObjects(String json) {
    assertThat(refusal(json.replace('\'', '"'), FREE).detail()).contains("twice");
  }

  @Test
  void nestingIsLimited() {
    String deep = "[".repeat(31) + "]".repeat(31);

    assertThat(read(with("\"u\":" + deep), FREE).values()).containsExactly(1f);
    assertThat(refusal(with("\"u\":[" + deep + "]"), FREE).detail())
        .isEqualTo("nested deeper than 32");
    assertThat(refusal(with("\"u\":" + "{\"u\":".repeat(100)), FREE).detail())
        .isEqualTo("nested deeper than 32");
  }

  @Test
  void numbersThatAreSkippedFollowTheGrammarToo() {
    for (String wrong : List.of("01", "1.", ".1", "+1", "1e", "--1", "0x1", "Infinity")) {
      assertThat(refusal(with("\"u\":[" + wrong + "]"), FREE).kind())
          .isEqualTo(BadRequest.Kind.MALFORMED);
    }
  }

  @Test
  void aMessageNeverRepeatsMoreOfTheBodyThanIsNeededToSeeIt() {
    String name = "n".repeat(10_000);

    assertThat(refusal(input("FP32", "[1]", "[1" + name + "]"), FREE).detail())
        .hasSizeLessThan(300);
    assertThat(refusal(input(name, "[1]", "[1]"), FREE).detail()).hasSizeLessThan(300);
    assertThat(refusal(input("INT32", "[1]", "[" + "9".repeat(9999) + "]"), INTS).detail())
        .hasSizeLessThan(300);
  }
}
