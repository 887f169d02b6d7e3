package dev.sluice.oip;

import static dev.sluice.oip.Protocol.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests with `instances` or `inputs`, and their answers.
class RowsTest {
  private static final Signature PAIRS = Protocol.model(ElementType.FLOAT, -1, 2);
  private static final Signature NUMBERS = Protocol.model(ElementType.INT32, -1);
  private static final Signature TEXTS = Protocol.model(ElementType.STRING, -1);
  private static final Signature TWO =
      new Signature(
          List.of(port("a", ElementType.INT64, -1, 2), port("to/the~b", ElementType.STRING, -1)),
          List.of(port("y", ElementType.INT64, -1, 2), port("z", ElementType.STRING, -1)));

  private record Read(OptionalLong rows, List<Tensor> tensors) {
    List<Object> values(int input) {
      return Protocol.values(tensors.get(input));
    }
  }

  static RowsReader reader(CountedBuffers buffers) {
    return new RowsReader(buffers, Protocol.LIMITS);
  }

  private static Read read(String json, Signature model) {
    var buffers = new CountedBuffers();
    byte[] body = Protocol.bytes("###" + json + "###");
    try {
      RowsRequest request = reader(buffers).read(body, 3, body.length - 3, model);
      List<Tensor> tensors = request.infer().inputs().stream().map(Given::tensor).toList();
      var read = new Read(request.rows(), tensors);
      request.infer().close();
      return read;
    } catch (BadRequest refused) {
      throw new AssertionError(refused.pointer() + ": " + refused.detail(), refused);
    } finally {
      assertThat(buffers.out()).as("buffers that did not come back").isZero();
    }
  }

  private static BadRequest refusal(String json, Signature model) {
    return refusal(json, model, Protocol.LIMITS);
  }

  private static BadRequest refusal(String json, Signature model, Limits limits) {
    var buffers = new CountedBuffers();
    byte[] body = Protocol.bytes(json);
    BadRequest refused =
        catchThrowableOfType(
            BadRequest.class,
            () -> new RowsReader(buffers, limits).read(body, 0, body.length, model));
    assertThat(refused).as("a refusal of " + json).isNotNull();
    assertThat(buffers.out()).as("buffers that did not come back").isZero();
    return refused;
  }

  @Test
  void aRowOfAModelWithOneInputIsAnArray() {
    Read read = read(" { \"instances\" : [ [1, 2.5], [\"NaN\", -3e0] , [0,0] ] } ", PAIRS);

    assertThat(read.rows()).hasValue(3);
    assertThat(read.tensors().getFirst().shape()).containsExactly(3L, 2L);
    assertThat(read.values(0)).containsExactly(1f, 2.5f, Float.NaN, -3f, 0f, 0f);
  }

  @Test
  void aRowMayBeOneValue() {
    assertThat(read("{\"instances\":[7, 8 ]}", NUMBERS).values(0)).containsExactly(7, 8);
    assertThat(read("{\"instances\":[\"ä\",\"\\u0062\"]}", TEXTS).values(0))
        .containsExactly("ä", "b");
  }

  @Test
  void rowsMayBeObjectsInAnyOrderOfMembers() {
    Read read =
        read(
            "{\"instances\":[{\"a\":[1,2],\"to/the~b\":\"x\"},"
                + "{\"to\\/the~b\":\"y\",\"a\":[9223372036854775807,-4]}]}",
            TWO);

    assertThat(read.rows()).hasValue(2);
    assertThat(read.values(0)).containsExactly(1L, 2L, Long.MAX_VALUE, -4L);
    assertThat(read.values(1)).containsExactly("x", "y");
    assertThat(read("{\"instances\":[{\"x\":[1,2]}]}", PAIRS).values(0)).containsExactly(1f, 2f);
  }

  @Test
  void wholeInputsHaveNoRows() {
    Read named = read("{\"inputs\":{\"to/the~b\":[\"x\"],\"a\":[[1,2]]}}", TWO);

    assertThat(named.rows()).isEmpty();
    assertThat(named.values(0)).containsExactly(1L, 2L);
    assertThat(named.values(1)).containsExactly("x");
    assertThat(read("{\"inputs\":[[1,2]]}", PAIRS).values(0)).containsExactly(1f, 2f);
  }

  @Test
  void onlyAWholeInputMayBeAScalar() {
    Signature scalar = Protocol.model(ElementType.INT8);

    assertThat(read("{\"inputs\":5}", scalar).values(0)).containsExactly((byte) 5);
    assertThat(read("{\"inputs\":{\"x\": 5 }}", scalar).tensors().getFirst().shape()).isEmpty();
    assertThat(refusal("{\"instances\":[5]}", scalar).detail()).contains("shape []", "[1]");
  }

  @Test
  void whatElseIsSaidMeansNothing() {
    Read read =
        read("{\"signature_name\":\"s\",\"parameters\":{\"k\":[1,{}]},\"instances\":[1]}", NUMBERS);

    assertThat(read.values(0)).containsExactly(1);
  }

  @Test
  void fixedLengthsAndAnyLengthAreBothFound() {
    Signature cubes = Protocol.model(ElementType.UINT8, -1, -1, 2);

    assertThat(read("{\"instances\":[[[1,2],[3,4],[5,6]]]}", cubes).tensors().getFirst().shape())
        .containsExactly(1L, 3L, 2L);
    assertThat(refusal("{\"instances\":[[[1],[2]]]}", cubes).detail())
        .contains("a row", "[-1, 2]", "[2, 1]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"instances\":[[1,2],[3]]}|/instances/1|a row of input \"x\" has 2 values, as the first row: 1 came",
        "{\"instances\":[[1,2],[3,4,5]]}|/instances/1|more came",
        "{\"instances\":[[1,2],3]}|/instances/1|an array is expected",
        "{\"instances\":[[1,2],[3,[4]]]}|/instances/1/1|an array was found",
        "{\"instances\":[[1,2],[3,\"4\"]]}|/instances/1/1|must be a number",
        "{\"instances\":[[1,2],[3,1e39]]}|/instances/1/1|rounds to a finite",
        "{\"instances\":[[1,2],[3,null]]}|/instances/1/1|null was found",
        "{\"instances\":[[1,2],{\"x\":[1,2]}]}|/instances/1|an array is expected",
        "{\"instances\":[{\"x\":[1,2]},[1,2]]}|/instances/1|an object is expected",
        "{\"instances\":[{\"x\":[1,2]},{\"x\":[1]}]}|/instances/1/x|as the first row: 1 came",
        "{\"instances\":[{\"x\":[1,2],\"x\":[1,2]}]}|/instances/0|came twice",
        "{\"instances\":[{\"x\":[1,2]},{\"x\":[1,2],\"x\":[1,2]}]}|/instances/1|came twice",
        "{\"instances\":[{\"z\":[1,2]}]}|/instances/0|no input",
        "{\"instances\":[{\"x\":[1,2]},{\"z\":[1,2]}]}|/instances/1|no input",
        "{\"instances\":[{}]}|/instances/0|is missing",
        "{\"instances\":[{\"x\":[1,2]},{}]}|/instances/1|is missing",
        "{\"instances\":[]}|/instances|instances is empty",
        "{\"instances\":[[]]}|/instances/0|an empty array",
        "{\"instances\":[[[1,2]]]}|/instances|a row of input \"x\" has the shape [2] (-1: any length): [1, 2] came",
        "{\"instances\":[1,2]}|/instances|a row of input \"x\" has the shape [2]",
        "{\"instances\":{\"x\":[1,2]}}|/instances|must be an array",
        "{\"instances\":5}|/instances|must be an array",
        "{\"instances\":[[1,2]],\"instances\":[[1,2]]}||came twice",
        "{\"instances\":[[1,2]],\"inputs\":[[1,2]]}|/inputs|not both",
        "{\"inputs\":[[1,2]],\"instances\":[[1,2]]}|/instances|not both",
        "{\"inputs\":[[1,2],[3]]}|/inputs/1|has 2 on axis 1, as its first array there: 1 came",
        "{\"inputs\":{}}|/inputs|is missing",
        "{\"inputs\":{\"x\":[[1,2]],\"x\":[[1,2]]}}|/inputs|came twice",
        "{\"inputs\":{\"z\":[[1,2]]}}|/inputs|no input",
        "{\"inputs\":\"x\"}|/inputs|[-1, 2]",
        "{}||instances is missing",
        "[]||an object is expected",
        "{\"instances\":[[1,2]]} x||after the end",
        "{\"instances\":[[1,2],[3,4]|/instances/1|is expected",
        "{\"instances\":[[1,2]],\"parameters\":{\"a\":}}||JSON value"
      })
  void refusesWithTheOnePlaceThatIsWrong(String json, String pointer, String says) {
    BadRequest refused = refusal(json, PAIRS);

    assertThat(refused.kind()).isEqualTo(BadRequest.Kind.MALFORMED);
    assertThat(refused.detail()).contains(says);
    assertThat(refused.pointer()).isEqualTo(pointer == null ? "" : pointer);
  }

  @Test
  void speaksOfRowsWhereThereAreTooManyForTheModel() {
    Signature two = Protocol.model(ElementType.FLOAT, 2, 2);

    assertThat(refusal("{\"instances\":[[1,2]]}", two).detail())
        .isEqualTo("input \"x\" has 2 rows: 1 came");
  }

  @Test
  void speaksOfAxesOfARowWhereItHasSeveral() {
    Signature cubes = Protocol.model(ElementType.UINT8, -1, -1, 2);

    assertThat(refusal("{\"instances\":[[[1,2],[3,4]],[[5,6]]]}", cubes).detail())
        .isEqualTo("a row of input \"x\" has 2 on its axis 0, as the first row: 1 came");
  }

  @Test
  void anUnknownInputIsAnsweredWithTheNamesThatThereAre() {
    assertThat(refusal("{\"instances\":[{\"z\":1}]}", TWO).detail())
        .isEqualTo("the model has no input \"z\": it has \"a\", \"to/the~b\"");
  }

  @Test
  void namesWhatIsNoJsonAtAll() {
    assertThat(refusal("", PAIRS).detail()).isEqualTo("the body is empty");
  }

  @Test
  void namesInPointersAreEscaped() {
    assertThat(refusal("{\"instances\":[{\"a\":[1,2],\"to/the~b\":5}]}", TWO).pointer())
        .isEqualTo("/instances/0/to~1the~0b");
  }

  @Test
  void severalInputsNeedNames() {
    assertThat(refusal("{\"instances\":[[1,2]]}", TWO).detail()).contains("2 inputs", "by name");
    assertThat(refusal("{\"inputs\":[[1,2]]}", TWO).detail()).contains("2 inputs", "by name");
  }

  @Test
  void depthIsBounded() {
    String deep = "[".repeat(40) + "1" + "]".repeat(40);

    assertThat(refusal("{\"instances\":" + deep + "}", NUMBERS).detail()).contains("32");
    assertThat(refusal("{\"instances\":[1," + deep + "]}", NUMBERS).detail()).contains("32");
  }

  /// The first row promises as many values for each of the others.
  @Test
  void takesNoMemoryForValuesThatCannotBeThere() {
    String wide = "[" + "1,".repeat(999) + "1]";
    String json = "{\"instances\":[" + wide + ",1".repeat(999) + "]}";
    var buffers = new CountedBuffers();
    byte[] body = Protocol.bytes(json);

    BadRequest refused =
        catchThrowableOfType(
            BadRequest.class,
            () ->
                reader(buffers)
                    .read(body, 0, body.length, Protocol.model(ElementType.UINT8, -1, -1)));

    assertThat(refused.detail()).contains("[1000, 1000]", "fewer values");
    assertThat(buffers.bytesTaken()).isZero();
  }

  @Test
  void limitsHold() {
    assertThat(refusal("{\"instances\":[1,2,3]}", NUMBERS, Limits.of(11, 0)).kind())
        .isEqualTo(BadRequest.Kind.TOO_LARGE);
    assertThat(refusal("{\"instances\":[\"a\",\"b\"]}", TEXTS, Limits.of(11, 1)).kind())
        .isEqualTo(BadRequest.Kind.TOO_LARGE);
  }

  @Test
  void refusesBeforeTheRunWhatCouldNotBeAnswered() {
    Port in = port("x", ElementType.FLOAT, -1);

    assertThat(
            refusal(
                    "{\"instances\":[1]}",
                    new Signature(List.of(in), List.of(port("y", ElementType.BFLOAT16, -1))))
                .detail())
        .contains("\"y\"", "BF16");
    for (Port output : List.of(port("y", ElementType.FLOAT), port("y", ElementType.FLOAT, 3))) {
      var model = new Signature(List.of(in), List.of(output));
      assertThat(refusal("{\"instances\":[1,2]}", model).detail())
          .contains("no row", "2 instances");
      assertThat(read("{\"inputs\":[1,2]}", model).values(0)).containsExactly(1f, 2f);
    }
    assertThat(refusal("{\"instances\":[1]}", Protocol.model(ElementType.BFLOAT16, -1)).detail())
        .contains("BF16");
  }

  private static String written(OptionalLong rows, Signature model, Tensor... outputs) {
    return new String(RowsWriter.write(rows, model, List.of(outputs)), StandardCharsets.UTF_8);
  }

  @Test
  void oneOutputGivesItsRowsAlone() {
    Tensor.Numbers pairs = OipAnswerTest.floats(new float[] {1, 2.5f, Float.NaN, -0f}, 2, 2);

    assertThat(written(OptionalLong.of(2), PAIRS, pairs))
        .isEqualTo("{\"predictions\":[[1.0,2.5],[\"NaN\",-0.0]]}");
    assertThat(written(OptionalLong.empty(), PAIRS, pairs))
        .isEqualTo("{\"outputs\":[[1.0,2.5],[\"NaN\",-0.0]]}");
    assertThat(pairs.data().position()).isEqualTo(3);
  }

  @Test
  void severalOutputsGiveObjectsByName() {
    ByteBuffer data = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
    data.putLong(0, 1).putLong(8, 2).putLong(16, 3).putLong(24, 4);
    var y = new Tensor.Numbers(ElementType.INT64, List.of(2L, 2L), data);
    var z = new Tensor.Strings(List.of(2L), List.of("p\"", "q"));

    assertThat(written(OptionalLong.of(2), TWO, y, z))
        .isEqualTo("{\"predictions\":[{\"y\":[1,2],\"z\":\"p\\\"\"},{\"y\":[3,4],\"z\":\"q\"}]}");
    assertThat(written(OptionalLong.empty(), TWO, y, z))
        .isEqualTo("{\"outputs\":{\"y\":[[1,2],[3,4]],\"z\":[\"p\\\"\",\"q\"]}}");
  }

  @Test
  void aWholeOutputMayBeAScalarOrEmpty() {
    Tensor.Numbers one = OipAnswerTest.floats(new float[] {1});

    assertThat(written(OptionalLong.empty(), Protocol.model(ElementType.FLOAT), one))
        .isEqualTo("{\"outputs\":1.0}");
    assertThat(written(OptionalLong.empty(), PAIRS, OipAnswerTest.floats(new float[0], 2, 0)))
        .isEqualTo("{\"outputs\":[[],[]]}");
  }

  @Test
  void doesNotPassFewerOrMoreRowsOffAsOneForEach() {
    Tensor.Numbers one = OipAnswerTest.floats(new float[] {1, 2}, 1, 2);

    Tensor.Numbers three = OipAnswerTest.floats(new float[6], 3, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RowsWriter.write(OptionalLong.of(2), PAIRS, List.of(three)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RowsWriter.write(OptionalLong.of(2), PAIRS, List.of(one)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RowsWriter.write(OptionalLong.of(1), NUMBERS, List.of(one)));
  }
}
