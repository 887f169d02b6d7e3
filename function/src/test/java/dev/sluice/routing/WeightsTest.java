package dev.sluice.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class WeightsTest {
  @Test
  void readsFractionsAndPercentsAlike() {
    assertThat(Weights.normalise(List.of(0.9, 0.1)))
        .isEqualTo(Weights.normalise(List.of(90.0, 10.0)))
        .containsExactly(Share.of(9000), Share.of(1000));
  }

  @Test
  void givesWhatIsLeftToTheLargestRemainder() {
    assertThat(Weights.normalise(List.of(1.0, 1.0, 1.0)))
        .containsExactly(Share.of(3334), Share.of(3333), Share.of(3333));
  }

  @Test
  void keepsAnExactlySmallWeightThatIsWorthHalfAPoint() {
    assertThat(Weights.normalise(List.of(99.995, 0.005)).getLast()).isEqualTo(Share.of(1));
    assertThat(Weights.normalise(List.of(99.9959, 0.0041)).getLast()).isEqualTo(Share.NONE);
  }

  @Test
  void takesThePointsOfManySmallWeightsFromTheLargest() {
    List<Share> shares = Weights.normalise(List.of(99.975, 0.005, 0.005, 0.005, 0.005, 0.005));

    assertThat(shares.getFirst()).isEqualTo(Share.of(9995));
    assertThat(shares.subList(1, 6)).containsOnly(Share.of(1));
  }

  @Test
  void refusesWeightsThatSayNothing() {
    assertThatThrownBy(() -> Weights.normalise(List.of(0.0, 0.0))).hasMessageContaining("above 0");
    assertThatThrownBy(() -> Weights.normalise(List.of())).hasMessageContaining("above 0");
    for (double weight : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY, 101}) {
      assertThatThrownBy(() -> Weights.normalise(List.of(1.0, weight)))
          .hasMessageContaining("0..100");
    }
  }

  @Property(seed = "11", tries = 1000)
  void sumsToTheWholeAndForgetsNobody(
      @ForAll @Size(min = 1, max = 12) List<@DoubleRange(min = 0, max = 100) Double> weights) {
    if (Collections.max(weights) == 0) {
      return;
    }
    double sum = weights.stream().mapToDouble(Double::doubleValue).sum();

    List<Share> shares = Weights.normalise(weights);

    assertThat(shares.stream().mapToInt(Share::basisPoints).sum()).isEqualTo(10_000);
    for (int i = 0; i < weights.size(); i++) {
      double exact = weights.get(i) / sum * 10_000;
      assertThat((double) shares.get(i).basisPoints()).isBetween(exact - 12, exact + 12);
      assertThat(exact >= 0.5 && shares.get(i).equals(Share.NONE)).isFalse();
    }
  }
}
