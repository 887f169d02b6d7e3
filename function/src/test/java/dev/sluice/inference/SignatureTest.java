package dev.sluice.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.inference.Signature.Port;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignatureTest {
  private static final Port IDS = new Port("ids", ElementType.INT64, List.of(Signature.ANY, 8L));
  private static final Port MASK = new Port("mask", ElementType.BOOL, List.of(Signature.ANY, 8L));
  private static final Port SCORE = new Port("score", ElementType.FLOAT, List.of(Signature.ANY));
  private static final Signature STABLE = new Signature(List.of(IDS, MASK), List.of(SCORE));

  private static List<String> differences(List<Port> inputs, List<Port> outputs) {
    return new Signature(inputs, outputs).differencesFrom(STABLE);
  }

  @Test
  void theSamePortsAreNoDifference() {
    assertThat(differences(List.of(IDS, MASK), List.of(SCORE))).isEmpty();
  }

  @Test
  void namesThePortThatIsGoneOrNew() {
    assertThat(differences(List.of(IDS), List.of(SCORE))).containsExactly("input mask is missing");
    assertThat(differences(List.of(IDS, MASK), List.of(SCORE, IDS)))
        .containsExactly("output ids is new");
  }

  @Test
  void saysHowAPortDiffers() {
    var shorter = new Port("ids", ElementType.INT64, List.of(Signature.ANY, 4L));
    var narrower = new Port("ids", ElementType.INT32, List.of(Signature.ANY, 8L));
    var flat = new Port("ids", ElementType.INT64, List.of(Signature.ANY));
    var fixed = new Port("ids", ElementType.INT64, List.of(1L, 8L));

    assertThat(differences(List.of(shorter, MASK), List.of(SCORE)))
        .containsExactly("input ids is int64[?,4], not int64[?,8]");
    assertThat(differences(List.of(narrower, MASK), List.of(SCORE)))
        .containsExactly("input ids is int32[?,8], not int64[?,8]");
    assertThat(differences(List.of(flat, MASK), List.of(SCORE)))
        .containsExactly("input ids is int64[?], not int64[?,8]");
    assertThat(differences(List.of(fixed, MASK), List.of(SCORE)))
        .containsExactly("input ids is int64[1,8], not int64[?,8]");
  }

  @Test
  void theOrderIsPartOfAnAnswer() {
    assertThat(differences(List.of(MASK, IDS), List.of(SCORE)))
        .containsExactly("inputs are in another order: [mask, ids], not [ids, mask]");
  }

  @Test
  void costsByRowsWhereNothingElseMayChangeWhatARowCosts() {
    assertThat(taking(ElementType.FLOAT, Signature.ANY, 1, 8, 8).costsByRows()).isTrue();
    assertThat(taking(ElementType.FLOAT16, Signature.ANY, 4).costsByRows()).isTrue();
    assertThat(taking(ElementType.FLOAT, Signature.ANY, Signature.ANY).costsByRows())
        .as("length of a row")
        .isFalse();
    assertThat(taking(ElementType.INT64, Signature.ANY).costsByRows())
        .as("how often to loop")
        .isFalse();
    assertThat(taking(ElementType.STRING, Signature.ANY).costsByRows())
        .as("length of a text")
        .isFalse();
  }

  private static Signature taking(ElementType type, long... shape) {
    return new Signature(
        List.of(new Signature.Port("x", type, Arrays.stream(shape).boxed().toList())), List.of());
  }
}
