package dev.sluice.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.statistics.SampleRatio.Window;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class SampleRatioTest {
  private static final SampleRatio RULE = SampleRatio.DEFAULT;

  @TestFactory
  Stream<DynamicTest> agreesWithTheReference() {
    return ReferenceCases.tests("srm", 24, SampleRatioTest::agrees);
  }

  private static void agrees(ReferenceCases.Case reference) {
    JsonNode expected = reference.expected();
    SampleRatioState state = RULE.start();
    for (int k = 0; k < reference.windows().size(); k++) {
      List<Double> window = ReferenceCases.numbers(reference.windows().get(k));
      state = RULE.after(state, new Window(window.get(0), window.get(1), window.get(2)));
      reference.check("logE of " + k, state.logE(), expected.get("trace").path(k));
    }
    assertThat(expected.get("trace")).hasSize(reference.windows().size());
    reference.check("logE", state.logE(), expected.path("logE"));
    reference.check("maxLogE", state.maxLogE(), expected.path("maxLogE"));
    assertThat(state.verdict()).hasToString(expected.get("verdict").asText());
    assertThat(state.used()).isEqualTo(expected.get("used").asLong());
    assertThat(state.skipped()).isEqualTo(expected.get("skipped").asLong());
    assertThat(state.invalid()).isEqualTo(expected.get("invalid").asLong());
  }

  @Test
  void keepsAMismatchForGood() {
    SampleRatioState broken = RULE.after(RULE.start(), new Window(800, 200, 0.05));
    SampleRatioState later = broken;
    for (int i = 0; i < 200; i++) {
      later = RULE.after(later, new Window(950, 50, 0.05));
    }

    assertThat(broken.verdict()).isEqualTo(SampleRatioState.Verdict.MISMATCH);
    assertThat(later.verdict()).isEqualTo(SampleRatioState.Verdict.MISMATCH);
    assertThat(later.logE()).isLessThan(-Math.log(RULE.alpha()));
  }

  @Test
  void countsBadWindowsAndMovesNothing() {
    SampleRatioState before = RULE.after(RULE.start(), new Window(950, 40, 0.05));
    List<Window> bad =
        List.of(
            new Window(Double.NaN, 1, 0.5),
            new Window(1, -1, 0.5),
            new Window(Double.POSITIVE_INFINITY, 1, 0.5),
            new Window(1, 1, Double.NaN),
            new Window(1, 1, Double.POSITIVE_INFINITY),
            new Window(10, 1, 0),
            new Window(1, 10, 1),
            new Window(Double.MAX_VALUE, Double.MAX_VALUE, 0.001));
    for (Window window : bad) {
      assertThat(RULE.after(before, window)).as("%s", window).isEqualTo(before.afterInvalid());
    }
  }

  @Test
  void skipsAWindowInWhichOneArmGetsEverything() {
    SampleRatioState state = RULE.after(RULE.start(), new Window(0, 10, 1));

    assertThat(state).isEqualTo(RULE.start().afterSkipped());
  }

  @Test
  void findsTheArmOfThreeThatDoesNotGetItsShare() {
    SampleRatioState first = RULE.after(RULE.start(), new Window(5000, 5000, 0.5));
    SampleRatioState second = RULE.after(RULE.start(), new Window(7900, 2100, 0.3));
    SampleRatioState third = RULE.after(RULE.start(), new Window(7100, 2900, 0.2));

    double logE = SampleRatio.averagedLogE(List.of(first, second, third));

    assertThat(logE)
        .isCloseTo(third.logE() - Math.log(3) + weight(second, third), within(1e-6))
        .isGreaterThan(-Math.log(RULE.alpha()));
    assertThat(SampleRatio.averagedLogE(List.of(first, first, first)))
        .isCloseTo(first.logE(), within(1e-12));
  }

  private static double weight(SampleRatioState other, SampleRatioState largest) {
    return Math.log1p(Math.exp(other.logE() - largest.logE()));
  }

  @Property(seed = "53", tries = 300)
  void doesNotCareWhichArmIsCalledCanary(
      @ForAll @IntRange(min = 1, max = 5000) int stable,
      @ForAll @IntRange(max = 5000) int canary,
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double share) {
    double one = RULE.after(RULE.start(), new Window(stable, canary, share)).logE();
    double other = RULE.after(RULE.start(), new Window(canary, stable, 1 - share)).logE();

    assertThat(one).isCloseTo(other, within(1e-8 * Math.max(1, Math.abs(one))));
  }
}
