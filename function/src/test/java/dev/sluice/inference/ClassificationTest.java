package dev.sluice.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.inference.Classification.Ranked;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class ClassificationTest {
  private static Classification probabilities(float... values) {
    return Classification.of(FloatBuffer.wrap(values), OutputKind.PROBABILITIES).orElseThrow();
  }

  private static Classification logits(float... values) {
    return Classification.of(FloatBuffer.wrap(values), OutputKind.LOGITS).orElseThrow();
  }

  @Test
  void ranksByProbabilityAndThenByIndex() {
    var classification = probabilities(0.1f, 0.3f, 0.2f, 0.3f, 0.1f);

    assertThat(classification.argmax()).isOne();
    assertThat(classification.top(4))
        .containsExactly(
            new Ranked(1, 0.3f), new Ranked(3, 0.3f), new Ranked(2, 0.2f), new Ranked(0, 0.1f));
  }

  @Test
  void fewerClassesGiveFewerRows() {
    assertThat(probabilities(0.4f, 0.6f).top(5)).hasSize(2);
    assertThat(probabilities(0.4f, 0.6f).top(0)).isEmpty();
  }

  @Test
  void softmaxSurvivesLargeLogits() {
    var classification = logits(1000, 1001, -1000);

    double e = Math.E;
    assertThat((double) classification.probabilities()[1]).isCloseTo(e / (1 + e), within(1e-6));
    assertThat(classification.probabilities()[2]).isZero();
  }

  @Test
  void softmaxSurvivesTheLargestLogits() {
    var classification = logits(Float.MAX_VALUE, -Float.MAX_VALUE);

    assertThat(classification.probabilities()).containsExactly(1, 0);
  }

  @Test
  void aNumberThatIsNotFiniteIsNoClassification() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (OutputKind kind : OutputKind.values()) {
        assertThat(Classification.of(FloatBuffer.wrap(new float[] {1, bad}), kind)).isEmpty();
      }
    }
    assertThat(Classification.of(FloatBuffer.allocate(0), OutputKind.LOGITS)).isEmpty();
  }

  @Test
  void readsFromPositionToLimitAndMovesNeither() {
    var rows = FloatBuffer.wrap(new float[] {9, 0.25f, 0.75f, 9}).position(1).limit(3);

    var classification = Classification.of(rows, OutputKind.PROBABILITIES).orElseThrow();

    assertThat(classification.probabilities()).containsExactly(0.25f, 0.75f);
    assertThat(rows.position()).isOne();
  }

  @Test
  void theDistanceIsZeroForTheSameAndOneForNothingInCommon() {
    assertThat(probabilities(0.5f, 0.5f).distance(probabilities(0.5f, 0.5f))).isZero();
    assertThat(probabilities(1, 0).distance(probabilities(0, 1))).isOne();
    assertThat(probabilities(1, 0).distance(probabilities(0.5f, 0.5f))).isEqualTo(0.5);
    assertThat(probabilities(1).distance(probabilities(0, 1))).isOne();
  }

  @Property(seed = "20260101", tries = 500)
  void softmaxIsADistributionInTheOrderOfTheLogits(
      @ForAll @Size(min = 1, max = 20) @FloatRange(min = -50, max = 50) float[] values) {
    var classification = logits(values);

    double sum =
        IntStream.range(0, values.length).mapToDouble(i -> probability(classification, i)).sum();
    assertThat(sum).isCloseTo(1, within(1e-5));
    int best = classification.argmax();
    assertThat(IntStream.range(0, values.length))
        .allMatch(i -> probability(classification, i) <= probability(classification, best));
    assertThat(classification.distance(logits(values))).isZero();
  }

  private static double probability(Classification classification, int index) {
    return classification.probabilities()[index];
  }
}
