package dev.sluice.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Under the null no bettor may expect to win. In small cases every outcome can be tried: the
/// expected wealth, summed over all of them, is at most 1. That is all that Ville's inequality
/// needs.
class FairBetTest {
  private static final double ROUNDING = 1e-12;

  @ParameterizedTest
  @CsvSource({
    "5, 5, 0.001",
    "5, 5, 0.1",
    "5, 5, 0.4",
    "12, 2, 0.05",
    "12, 2, 0.5",
    "2, 12, 0.2",
    "20, 1, 0.3"
  })
  void harmIsAFairBetAgainstACanaryAsBadAsIsTolerated(int nA, int nB, double pA) {
    RatioTest test = test(0);
    double pB = 1.1 * pA;

    assertThat(expected(nA, pA, nB, pB, w -> test.read(after(test, w)).logEHarm()))
        .isLessThanOrEqualTo(1 + ROUNDING);
  }

  @ParameterizedTest
  @CsvSource({
    "5, 5, 0.001",
    "5, 5, 0.1",
    "5, 5, 0.4",
    "12, 2, 0.05",
    "12, 2, 0.5",
    "2, 12, 0.2",
    "20, 1, 0.3"
  })
  void safetyIsAFairBetAgainstACanaryThatIsJustNotSafe(int nA, int nB, double pA) {
    RatioTest test = test(0);

    for (int step = 0; step < 2; step++) {
      int at = step;
      double ratio = step == 0 ? 2 : 1.5;
      double pB = Math.min(1, ratio * pA);
      double stable = pB / ratio;
      assertThat(expected(nA, stable, nB, pB, w -> logESafe(test, w, at)))
          .isLessThanOrEqualTo(1 + ROUNDING);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.0005, 0.01, 0.2})
  void twoWindowsOfOtherRatesAndSharesAreStillFair(double pA) {
    RatioTest test = test(0);
    double total = 0;
    for (int a1 = 0; a1 <= 6; a1++) {
      for (int b1 = 0; b1 <= 2; b1++) {
        for (int a2 = 0; a2 <= 3; a2++) {
          for (int b2 = 0; b2 <= 5; b2++) {
            double chance =
                chance(6, a1, pA)
                    * chance(2, b1, 1.1 * pA)
                    * chance(3, a2, 3 * pA)
                    * chance(5, b2, 3.3 * pA);
            RatioState state = after(test, paired(6, a1, 2, b1));
            state = test.after(state, paired(3, a2, 5, b2));
            total += chance * Math.exp(test.read(state).logEHarm());
          }
        }
      }
    }

    assertThat(total).isLessThanOrEqualTo(1 + ROUNDING);
  }

  @ParameterizedTest
  @CsvSource({"4, 4, 0.01, 0.05", "8, 3, 0.02, 0.05", "4, 6, 0.3, 0.33"})
  void aFloorKeepsBothBetsFair(int nA, int nB, double pA, double floor) {
    RatioTest test = test(floor);
    double atFloor = Math.max(floor, 1.5 * pA);
    double harmless = Math.max(floor, 1.1 * pA);

    assertThat(expected(nA, pA, nB, atFloor, w -> logESafe(test, w, 1)))
        .isLessThanOrEqualTo(1 + ROUNDING);
    assertThat(expected(nA, pA, nB, harmless, w -> test.read(after(test, w)).logEHarm()))
        .isLessThanOrEqualTo(1 + ROUNDING);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.05, 0.3, 0.7})
  void aBoundOnTheCanaryAloneIsFairOnBothSides(double bound) {
    RateTest test = RateTest.of(RateRule.of(bound), Levels.DEFAULT, List.of());
    double harm = 0;
    double safe = 0;
    for (int x = 0; x <= 12; x++) {
      Reading reading =
          test.read(test.after(test.start(), PairedCounts.of(Counts.NONE, new Counts(12, x))));
      harm += chance(12, x, bound) * Math.exp(reading.logEHarm());
      safe += chance(12, x, bound) * Math.exp(reading.last().logESafe());
    }

    assertThat(harm).isLessThanOrEqualTo(1 + ROUNDING);
    assertThat(safe).isLessThanOrEqualTo(1 + ROUNDING);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.25, 0.5})
  void theSplitIsAFairBetWhileItIsKept(double share) {
    SampleRatio split = SampleRatio.DEFAULT;
    double total = 0;
    for (int x = 0; x <= 15; x++) {
      SampleRatioState state = split.after(split.start(), new SampleRatio.Window(15 - x, x, share));
      total += chance(15, x, share) * Math.exp(state.logE());
    }

    assertThat(total).isBetween(1 - 1e-9, 1 + ROUNDING);
  }

  private static RatioTest test(double floor) {
    return RatioTest.of(
        RatioRule.of(1.1, 1.5, floor).withUnits(Units.REQUEST), Levels.DEFAULT, List.of(0.5));
  }

  private static RatioState after(RatioTest test, PairedCounts window) {
    return test.after(test.start(), window);
  }

  private static double logESafe(RatioTest test, PairedCounts window, int step) {
    return test.read(after(test, window)).steps().get(step).logESafe();
  }

  private static double expected(
      int nA, double pA, int nB, double pB, ToDoubleFunction<PairedCounts> logE) {
    double total = 0;
    for (int a = 0; a <= nA; a++) {
      for (int b = 0; b <= nB; b++) {
        total +=
            chance(nA, a, pA)
                * chance(nB, b, pB)
                * Math.exp(logE.applyAsDouble(paired(nA, a, nB, b)));
      }
    }
    return total;
  }

  private static PairedCounts paired(int nA, int a, int nB, int b) {
    return PairedCounts.of(new Counts(nA, a), new Counts(nB, b));
  }

  private static double chance(int n, int x, double p) {
    double choose = 1;
    for (int i = 0; i < x; i++) {
      choose *= (n - i) / (double) (i + 1);
    }
    return choose * Math.pow(p, x) * Math.pow(1 - p, n - x);
  }
}
