package dev.sluice.oip;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/// The nearest half, float and double, against the JDK's parsers and against exact arithmetic.
class DecimalPropertyTest {
  private static Decimal scanned(String text) {
    byte[] bytes = ("[" + text + ",").getBytes(StandardCharsets.US_ASCII);
    var decimal = new Decimal();
    assertThat(decimal.scan(bytes, 1, bytes.length)).as(text).isEqualTo(bytes.length - 1);
    return decimal;
  }

  private static void isNearest(String text) {
    Decimal decimal = scanned(text);
    assertThat(decimal.toDouble()).as(text).isEqualTo(Double.parseDouble(text));
    assertThat(decimal.toFloat()).as(text).isEqualTo(Float.parseFloat(text));
    assertThat(decimal.toHalf()).as(text).isEqualTo(nearestHalf(text));
  }

  /// Of the half below and the one above, the nearer one; of both the even one.
  private static float nearestHalf(String text) {
    BigDecimal value = new BigDecimal(text).abs();
    short below = 0;
    for (int bit = 1 << 14; bit > 0; bit >>= 1) {
      short higher = (short) (below | bit);
      below = higher < INFINITE && exact(higher).compareTo(value) <= 0 ? higher : below;
    }
    short above = (short) (below + 1);
    int side = value.subtract(exact(below)).compareTo(exact(above).subtract(value));
    short nearest = side < 0 || (side == 0 && (below & 1) == 0) ? below : above;
    float half = Float.float16ToFloat(nearest);
    return text.startsWith("-") ? -half : half;
  }

  private static final short INFINITE = 0x7C00;

  /// Of the infinite half: where the next one would be.
  private static BigDecimal exact(short half) {
    return half == INFINITE
        ? BigDecimal.valueOf(65536)
        : new BigDecimal(Float.float16ToFloat(half));
  }

  @Property(seed = "1", tries = 8000)
  void everyDoubleReadsBack(@ForAll @LongRange(min = 0) long magnitude, @ForAll boolean negative) {
    double value = Double.longBitsToDouble(magnitude) * (negative ? -1 : 1);
    if (Double.isFinite(value)) {
      assertThat(scanned(Double.toString(value)).toDouble()).isEqualTo(value);
      assertThat(scanned(Double.toString(value)).toFloat())
          .isEqualTo(Float.parseFloat(Double.toString(value)));
    }
  }

  @Test
  void doublesAndFloatsOfRandomBitsReadBack() {
    var random = new Random(2);
    for (int i = 0; i < 200_000; i++) {
      double wide = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(wide)) {
        assertThat(scanned(Double.toString(wide)).toDouble() == wide).isTrue();
      }
      float narrow = Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(narrow)) {
        assertThat(scanned(Float.toString(narrow)).toFloat() == narrow).isTrue();
        assertThat(scanned(Double.toString(narrow)).toFloat() == narrow).isTrue();
      }
    }
  }

  @Test
  void everyHalfReadsBack() {
    for (int bits = 0; bits < INFINITE; bits++) {
      float half = Float.float16ToFloat((short) bits);
      assertThat(scanned(Float.toString(half)).toHalf()).isEqualTo(half);
      assertThat(scanned("-" + half).toHalf()).isEqualTo(-half);
    }
  }

  @Property(seed = "3", tries = 8000)
  void everyDecimalTextGivesTheNearest(@ForAll("texts") String text) {
    isNearest(text);
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> digits =
        Arbitraries.oneOf(
            Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(6),
            Arbitraries.strings().numeric().ofMinLength(15).ofMaxLength(22),
            Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(60));
    Arbitrary<String> fraction = digits.map(of -> "." + of).injectDuplicates(0.1);
    Arbitrary<String> exponent =
        Arbitraries.oneOf(
                Arbitraries.integers().between(-30, 30), Arbitraries.integers().between(-400, 400))
            .map(
                power ->
                    (power % 2 == 0 ? "e" : "E")
                        + (power > 0 && power % 3 == 0 ? "+" : "")
                        + power);
    return Combinators.combine(
            Arbitraries.of("", "-"),
            digits.map(of -> of.replaceFirst("^0+(?=.)", "")),
            Arbitraries.oneOf(Arbitraries.just(""), fraction),
            Arbitraries.oneOf(Arbitraries.just(""), exponent))
        .as((sign, whole, rest, power) -> sign + whole + rest + power);
  }

  /// The middle between two neighbours, and a little to both sides of it.
  @Property(seed = "4", tries = 5000)
  void textsAroundTheMiddleBetweenTwoNumbersGoToTheRightOne(
      @ForAll int floatBits, @ForAll short halfBits) {
    float narrow = Float.intBitsToFloat(floatBits & 0x7FFF_FFFF);
    if (Float.isFinite(narrow) && narrow < Float.MAX_VALUE) {
      around(new BigDecimal(narrow).add(new BigDecimal(Math.nextUp(narrow))));
    }
    short half = (short) (halfBits & 0x7FFF);
    if (half < INFINITE) {
      around(exact(half).add(exact((short) (half + 1))));
    }
  }

  private static void around(BigDecimal sum) {
    BigDecimal middle = sum.divide(BigDecimal.valueOf(2));
    String plain = middle.toPlainString();
    String more =
        plain.contains(".") ? plain + "0000000000000000000000001" : plain + ".00000000000000001";
    isNearest(middle.toString());
    isNearest(plain);
    isNearest(middle.round(new MathContext(17, RoundingMode.DOWN)).toString());
    isNearest(more);
    isNearest("-" + more + "e0");
    BigDecimal less = middle.subtract(middle.ulp().movePointLeft(20));
    isNearest(less.toString());
    isNearest(less.toPlainString() + "9".repeat(30));
    isNearest(middle.unscaledValue() + "000e-" + (middle.scale() + 3L));
  }

  @Test
  void theEdgesOfTheNormalRangesAndOfTheFastWaysAreRight() {
    for (String text :
        new String[] {
          "9007199254740992",
          "9007199254740993",
          "9007199254740991e22",
          "9007199254740993e-22",
          "1e22",
          "1e23",
          "1e-22",
          "1e-23",
          "999999999999999999e22",
          "999999999999999999",
          "9999999999999999999",
          "1000000000000000000000000000001e-30",
          "0.000000000000000000000000000000000000011754943",
          "1.17549435e-38",
          "1.1754942807573642e-38",
          "1.401298464324817e-45",
          "7.006492321624085e-46",
          "7.006492321624086e-46",
          "3.4028235677973366e38",
          "3.4028235677973367e38",
          "4.9e-324",
          "2.4703282292062327e-324",
          "2.4703282292062328e-324",
          "1.7976931348623158e308",
          "1.7976931348623159e308",
          "2.2250738585072011e-308",
          "2.2250738585072012e-308",
          "0e999999999",
          "0.0e-999999999",
          "1e999999999",
          "1e-999999999",
          "65519.999999999999999999999",
          "65520",
          "65519.99999999999999999999999999999e0",
          "5.9604644775390625e-8",
          "2.98023223876953125e-8",
          "2.980232238769531250000000000000000001e-8",
          "2.98023223876953124999999999999999999e-8",
          "16777217",
          "16777217.0000000000000001",
          "16777216.9999999999999999",
          "16777219",
          "-0",
          "-0.0e0"
        }) {
      Decimal decimal = scanned(text);
      assertThat(decimal.toDouble()).as(text).isEqualTo(Double.parseDouble(text));
      assertThat(decimal.toFloat()).as(text).isEqualTo(Float.parseFloat(text));
      if (!text.contains("999999999e")
          && !text.contains("e999999999")
          && !text.contains("e-999999999")) {
        assertThat(decimal.toHalf()).as(text).isEqualTo(nearestHalf(text));
      }
    }
  }
}
