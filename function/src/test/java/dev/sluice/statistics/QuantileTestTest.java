package dev.sluice.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What holds for the comparison of quantiles whatever the latencies are.
class QuantileTestTest {
  private static final QuantileRule RULE = QuantileRule.of(0.95, 0.1).withUnits(Units.REQUEST);
  private static final QuantileTest TEST = QuantileTest.of(RULE, Levels.DEFAULT, List.of(0.25));

  private static Histogram histogram(Map<Integer, Double> counts) {
    return Histogram.of(Doubles.generate(LatencyBuckets.COUNT, i -> counts.getOrDefault(i, 0.0)));
  }

  /// Latencies in bucket 150, a tail just above and one far above.
  private static Histogram arm(double body, double near, double far) {
    return histogram(Map.of(150, body, 151, near, 160, far));
  }

  @ParameterizedTest
  @CsvSource({
    "0.05, 1, 0.0443",
    "0.10, 2, 0.0905",
    "0.20, 4, 0.1892",
    "0.25, 5, 0.2419",
    "0, 0, 0",
    "1, 16, 1"
  })
  void snapsTheToleranceDownToBuckets(double tolerance, int shift, double effective) {
    QuantileRule rule = QuantileRule.of(0.95, tolerance);

    assertThat(rule.shift()).isEqualTo(shift);
    assertThat(rule.effectiveTolerance()).isCloseTo(effective, within(5e-5));
  }

  @Test
  void timeOutsAreSlowerThanAnyLimit() {
    QuantileTest test =
        QuantileTest.of(
            QuantileRule.of(0.95, 1).withUnits(Units.REQUEST), Levels.DEFAULT, List.of());
    Histogram slow = histogram(Map.of(400, 950.0, 405, 50.0));
    QuantileState state = primed(test, test.start(), slow);

    state = test.after(state, PairedLatencies.of(slow, histogram(Map.of(417, 1000.0))));

    assertThat(test.read(state).verdict()).isEqualTo(Verdict.HARMFUL);
  }

  @Test
  void knowsNoLevelWhereTheTailTimesOut() {
    QuantileState state = primed(TEST, TEST.start(), histogram(Map.of(150, 900.0, 417, 100.0)));

    assertThat(TEST.level(state)).isEmpty();
  }

  @Test
  void knowsNoLevelBeforeThereAreTenInTheTail() {
    QuantileState few = primed(TEST, TEST.start(), arm(190, 0, 9));
    QuantileState enough = primed(TEST, TEST.start(), arm(190, 0, 10));

    assertThat(TEST.level(few)).isEmpty();
    assertThat(TEST.level(enough)).hasValue(150);
  }

  @Test
  void isReadyForTheFirstWindowWhenItIsPrimed() {
    PairedLatencies window = PairedLatencies.of(arm(95, 4, 1), arm(95, 4, 1));

    QuantileState cold = TEST.after(TEST.start(), window);
    QuantileState primed = TEST.after(primed(TEST, TEST.start(), arm(1900, 80, 20)), window);

    assertThat(cold.progress().skipped()).isEqualTo(1);
    assertThat(cold.history().sum()).isEqualTo(100);
    assertThat(primed.progress().used()).isEqualTo(1);
  }

  @Test
  void learnsNothingFromAHistogramOfAnotherLayout() {
    Histogram alien = new Histogram("log2/8", Doubles.zeros(LatencyBuckets.COUNT));

    assertThat(primed(TEST, TEST.start(), alien).history()).isEqualTo(TEST.start().history());
  }

  @Property(seed = "61", tries = 200)
  void neverLetsAWindowOfStableMoveItsOwnLevel(
      @ForAll @IntRange(min = 1, max = 416) int bucket,
      @ForAll @IntRange(min = 1, max = 100_000) int slow) {
    QuantileState before = primed(TEST, TEST.start(), arm(1900, 80, 20));
    Histogram odd = histogram(Map.of(bucket, (double) slow));

    QuantileState after = TEST.after(before, PairedLatencies.of(odd, arm(95, 4, 1)));

    assertThat(after.stable().events()).isEqualTo(odd.above(150));
    assertThat(after.canary().events()).isEqualTo(1);
  }

  @Property(seed = "62", tries = 200)
  void countsStablesLatenciesAsOneBetweenTheLimitsAndAsTheShareAboveBoth(
      @ForAll @IntRange(max = 300) int near,
      @ForAll @IntRange(max = 300) int far,
      @ForAll @IntRange(max = 300) int slow,
      @ForAll @DoubleRange(min = 0.02, max = 0.98) double share) {
    QuantileTest test = QuantileTest.of(RULE, Levels.DEFAULT, List.of(share));
    QuantileState state = primed(test, test.start(), arm(1900, 80, 20));
    Histogram stable = arm(5000, near, far);
    Histogram canary = arm(700, 0, slow);

    state = test.after(state, PairedLatencies.of(stable, canary));

    Grid grid = Grid.regular(0.1, 20, List.of(), List.of(-Math.log(share)));
    Doubles direct =
        grid.kernel(Math.log(canary.total()) - Math.log(stable.total()))
            .added(Doubles.zeros(grid.size()), slow, near + share * far);
    double wanted =
        Bets.falling(grid, grid.floor(-Math.log(share)), Side.BELOW, 0.5).logE(direct, 1);
    assertThat(test.read(state).steps().getFirst().logESafe())
        .isCloseTo(wanted, within(1e-9 * Math.max(1, Math.abs(wanted))));
  }

  @Test
  void forgetsOldLatencies() {
    QuantileState state = primed(TEST, TEST.start(), histogram(Map.of(100, 20_000.0)));

    for (int i = 0; i < 20; i++) {
      state = primed(TEST, state, histogram(Map.of(200, 5000.0)));
    }

    assertThat(state.history().sum()).isLessThanOrEqualTo(RULE.historyCap());
    assertThat(TEST.level(state)).hasValue(200);
  }

  // Stable alone, before the canary gets traffic.
  private static QuantileState primed(QuantileTest test, QuantileState state, Histogram stable) {
    return test.after(state, PairedLatencies.of(stable, Histogram.EMPTY));
  }
}
