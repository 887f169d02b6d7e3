package dev.sluice.oip;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Integers of every width at their edges and past them, against integers without bounds.
class WholeNumberPropertyTest {
  @Provide
  Arbitrary<BigInteger> integers() {
    BigInteger far = BigInteger.TWO.pow(70);
    Arbitrary<BigInteger> edges =
        Arbitraries.integers()
            .between(0, 66)
            .flatMap(
                power ->
                    Arbitraries.integers()
                        .between(-3, 3)
                        .map(off -> BigInteger.TWO.pow(power).add(BigInteger.valueOf(off))));
    return Arbitraries.oneOf(
        edges, edges.map(BigInteger::negate), Arbitraries.bigIntegers().between(far.negate(), far));
  }

  @Property(seed = "1", tries = 20_000)
  void everyIntegerFitsWhereItsBitsDoAndNowhereElse(@ForAll("integers") BigInteger value) {
    byte[] text = value.toString().getBytes(StandardCharsets.US_ASCII);
    var number = new WholeNumber();

    assertThat(number.scan(text, 0, text.length)).isEqualTo(text.length);

    for (int bits : List.of(8, 16, 32, 64)) {
      boolean signed = value.bitLength() < bits;
      boolean unsigned = value.signum() >= 0 && value.bitLength() <= bits;
      assertThat(number.fitsSigned(bits)).as("%s in %d bits", value, bits).isEqualTo(signed);
      assertThat(number.fitsUnsigned(bits)).as("%s in %d bits", value, bits).isEqualTo(unsigned);
      if (signed || unsigned) {
        assertThat(number.bits()).isEqualTo(value.longValue());
      }
    }
  }

  @Property(seed = "2", tries = 5000)
  void anythingElseIsNone(@ForAll("noIntegers") String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

    assertThat(new WholeNumber().scan(bytes, 0, bytes.length)).isEqualTo(WholeNumber.NONE);
  }

  @Provide
  Arbitrary<String> noIntegers() {
    Arbitrary<String> digits = Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(25);
    return Arbitraries.oneOf(
        digits.map(of -> "0" + of),
        digits.map(of -> "-0" + of),
        digits.map(of -> "+" + of),
        digits.map(of -> "1" + of + "."),
        digits.map(of -> "1" + of + ".0"),
        digits.map(of -> "1" + of + "e0"),
        digits.map(of -> "1" + of + "E"),
        Arbitraries.of("", "-", " 1", "--1", "a", "\"1\""));
  }
}
