package dev.sluice.oip;

import static dev.sluice.oip.Protocol.input;
import static dev.sluice.oip.Protocol.model;
import static dev.sluice.oip.Protocol.read;
import static dev.sluice.oip.Protocol.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Bodies that are made to cost time. Each costs milliseconds; the bound only has to tell that from
/// quadratic work, which takes minutes.
@Timeout(20)
class BoundedTimeTest {
  private static final int MILLION = 1_000_000;
  private static final Signature FLOATS = model(ElementType.FLOAT, -1);

  @Test
  void aMillionBrackets() {
    for (String opening : List.of("[", "{\"a\":", "[{\"a\":")) {
      assertThat(refusal(opening.repeat(MILLION), FLOATS).detail()).isNotBlank();
      assertThat(refusal("{\"u\":" + opening.repeat(MILLION), FLOATS).detail())
          .isEqualTo("nested deeper than 32");
      assertThat(refusal(input("FP32", "[1]", opening.repeat(MILLION)), FLOATS).detail())
          .isNotBlank();
    }
  }

  @Test
  void aMillionDigits() {
    String digits = "7".repeat(MILLION);
    String middleOfHalves = "2049." + "0".repeat(MILLION) + "1";
    String middleOfFloats = "1.000000059604644775390625" + "0".repeat(MILLION) + "1";
    double third = 1 / 3.0;
    BigDecimal sum = new BigDecimal(third).add(new BigDecimal(Math.nextUp(third)));
    String middleOfDoubles = sum.divide(BigDecimal.TWO) + "0".repeat(MILLION) + "1";
    for (ElementType type : List.of(ElementType.FLOAT16, ElementType.FLOAT, ElementType.DOUBLE)) {
      Signature model = model(type, -1);
      String datatype = Datatype.of(type);
      refusal(input(datatype, "[1]", "[" + digits + "]"), model);
      refusal(input(datatype, "[1]", "[" + digits + "x]"), model);
      for (String text :
          List.of(
              "0." + digits,
              digits + "e-" + (MILLION - 3),
              "0." + "0".repeat(MILLION) + "1e" + MILLION,
              middleOfHalves,
              middleOfFloats,
              middleOfDoubles,
              "1e-" + digits)) {
        assertThat(read(input(datatype, "[1]", "[" + text + "]"), model).values()).hasSize(1);
      }
    }
    Signature longs = model(ElementType.INT64, -1);
    refusal(input("INT64", "[1]", "[" + digits + "]"), longs);
    refusal(input("INT64", "[" + digits + "]", "[1]"), longs);
  }

  @Test
  void theMillionthDigitStillDecides() {
    String zeros = "0".repeat(MILLION);
    Signature halves = model(ElementType.FLOAT16, -1);
    Signature doubles = model(ElementType.DOUBLE, -1);

    assertThat(read(input("FP16", "[1]", "[2049." + zeros + "1]"), halves).values())
        .containsExactly(2050f);
    assertThat(read(input("FP16", "[1]", "[2049." + zeros + "0]"), halves).values())
        .containsExactly(2048f);
    assertThat(read(input("FP32", "[1]", "[16777217." + zeros + "1]"), FLOATS).values())
        .containsExactly(16777218f);
    assertThat(read(input("FP64", "[1]", "[9007199254740993." + zeros + "1]"), doubles).values())
        .containsExactly(9007199254740994d);
  }

  @Test
  void manyUnknownMembersAndLongNames() {
    var members = new StringBuilder("{");
    for (int i = 0; i < 100_000; i++) {
      members.append("\"m").append(i).append("\":").append(i).append(',');
    }
    String rest = input("FP32", "[1]", "[1]").substring(1);

    assertThat(read(members + rest, FLOATS).values()).containsExactly(1f);
    assertThat(read("{\"" + "n".repeat(MILLION) + "\":1," + rest, FLOATS).values())
        .containsExactly(1f);
  }

  @Test
  void manyInputsAndOutputsThatComeTwice() {
    String one = "{\"name\":\"x\",\"shape\":[0],\"datatype\":\"FP32\",\"data\":[]},";

    assertThat(refusal("{\"inputs\":[" + one.repeat(50_000), FLOATS).pointer())
        .isEqualTo("/inputs/1");
    assertThat(refusal("{\"outputs\":[" + "{\"name\":\"y\"},".repeat(50_000), FLOATS).pointer())
        .isEqualTo("/outputs/1/name");
  }
}
