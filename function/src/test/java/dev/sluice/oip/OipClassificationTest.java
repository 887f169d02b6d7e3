package dev.sluice.oip;

import static dev.sluice.oip.Protocol.lengths;
import static dev.sluice.oip.Protocol.port;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// The classification extension.
class OipClassificationTest {
  private static final Port ROWS = port("y", ElementType.FLOAT, -1, 3);
  private static final Port NO_ROWS = port("y", ElementType.FLOAT, 3);

  private static Tensor.Strings top(
      int classes, Port port, List<String> labels, Tensor.Numbers output) {
    var model = new Signature(List.of(port("x", ElementType.FLOAT, 2)), List.of(port));
    return Ranking.of(output, port, model, classes, labels);
  }

  private static Tensor.Numbers floats(long[] shape, float... values) {
    return OipAnswerTest.floats(values, shape);
  }

  @Test
  void eachRowGivesItsHighestValuesFirst() {
    var output = floats(new long[] {2, 3}, 0.1f, 0.7f, 0.2f, 3f, 1f, 2f);

    assertThat(top(2, ROWS, List.of("cat", "dog", "eel"), output))
        .isEqualTo(
            new Tensor.Strings(
                lengths(2, 2),
                List.of("0.700000:1:dog", "0.200000:2:eel", "3.000000:0:cat", "2.000000:2:eel")));
  }

  @Test
  void withoutRowsThereIsOneList() {
    assertThat(top(1, NO_ROWS, List.of(), floats(new long[] {3}, 1, 5, 2)))
        .isEqualTo(new Tensor.Strings(lengths(1), List.of("5.000000:1")));
  }

  @Test
  void equalValuesGoByTheLowerIndex() {
    var output = floats(new long[] {1, 6}, 1, 2, 2, -0f, 0f, 2);

    assertThat(top(6, ROWS, List.of(), output).values())
        .containsExactly(
            "2.000000:1", "2.000000:2", "2.000000:5", "1.000000:0", "-0.000000:3", "0.000000:4");
    assertThat(top(2, ROWS, List.of(), output).values())
        .containsExactly("2.000000:1", "2.000000:2");
  }

  @Test
  void moreClassesThanThereAreGiveAllOfThem() {
    assertThat(top(Integer.MAX_VALUE, ROWS, List.of(), floats(new long[] {1, 3}, 1, 2, 3)).shape())
        .containsExactly(1L, 3L);
    assertThat(top(5, ROWS, List.of(), floats(new long[] {0, 3})).shape()).containsExactly(0L, 3L);
    assertThat(top(5, ROWS, List.of(), floats(new long[] {2, 0})).shape()).containsExactly(2L, 0L);
  }

  @Test
  void labelsMayBeFewer() {
    assertThat(top(3, ROWS, List.of("a"), floats(new long[] {1, 3}, 3, 2, 1)).values())
        .containsExactly("3.000000:0:a", "2.000000:1", "1.000000:2");
  }

  @Test
  void valuesArePrintedAsCPrintsThem() {
    var output =
        floats(
            new long[] {1, 8},
            Float.POSITIVE_INFINITY,
            1e10f,
            0.0000005f,
            0.5f,
            -1e-9f,
            -2.5f,
            Float.NEGATIVE_INFINITY,
            Float.NaN);

    assertThat(top(8, ROWS, List.of(), output).values())
        .containsExactly(
            "inf:0",
            "10000000000.000000:1",
            "0.500000:3",
            "0.000000:2",
            "-0.000000:4",
            "-2.500000:5",
            "-inf:6",
            "nan:7");
  }

  @Test
  void wholeNumbersAreRankedAndPrintedAsSuch() {
    ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder());
    data.putLong(0, 5).putLong(8, -1).putLong(16, Long.MAX_VALUE);

    Port signed = port("y", ElementType.INT64, -1, 3);
    Port unsigned = port("y", ElementType.UINT64, -1, 3);
    assertThat(
            top(3, signed, List.of(), new Tensor.Numbers(ElementType.INT64, lengths(1, 3), data))
                .values())
        .containsExactly("9223372036854775807:2", "5:0", "-1:1");
    assertThat(
            top(3, unsigned, List.of(), new Tensor.Numbers(ElementType.UINT64, lengths(1, 3), data))
                .values())
        .containsExactly("18446744073709551615:1", "9223372036854775807:2", "5:0");
  }

  @Test
  void anAnswerHasTheClassesInsteadOfTheTensorInEitherForm() {
    var model = new Signature(List.of(), List.of(ROWS));
    for (Wanted.Form form : Wanted.Form.values()) {
      var written =
          InferWriter.write(
              "m",
              "1",
              Optional.empty(),
              Map.of(),
              model,
              List.of(floats(new long[] {1, 3}, 1, 3, 2)),
              List.of(new Wanted(0, form, OptionalInt.of(1))),
              List.of("a", "b", "c"));

      assertThat(new String(written.body(), StandardCharsets.UTF_8))
          .contains("\"datatype\":\"BYTES\",\"shape\":[1,1]", "3.000000:1:b");
      assertThat(written.jsonBytes().isPresent()).isEqualTo(form == Wanted.Form.BINARY);
    }
  }
}
