package dev.sluice.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.statistics.FeedbackRates.Heard;
import dev.sluice.statistics.FeedbackRates.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedbackRatesTest {
  private static final FeedbackRates RATES = FeedbackRates.DEFAULT;
  private static final int RUNS = 1_000;
  private static final List<Double> CONSTANT = List.of(0.1);
  private static final List<Double> RAMP = List.of(0.05, 0.1, 0.25, 0.5);

  /// A service whose callers report some of the answers, some windows later.
  ///
  /// @param shares that last equally long
  /// @param delay windows from an answer to its report
  /// @param counted which reports are
  private record Service(
      List<Double> shares,
      int windows,
      int requests,
      double ofStable,
      double ofCanary,
      int delay,
      Counted counted) {
    double share(int window) {
      return shares.get(window * shares.size() / windows);
    }

    FeedbackRatesState after(long seed) {
      var random = new SplittableRandom(seed);
      var reports = new ArrayList<Heard[]>();
      FeedbackRatesState state = RATES.start();
      for (int i = 0; i < windows; i++) {
        double canary = binomial(random, requests, share(i));
        reports.add(
            new Heard[] {
              new Heard(requests - canary, binomial(random, requests - canary, ofStable)),
              new Heard(canary, binomial(random, canary, ofCanary))
            });
        state = RATES.after(state, new Window(share(i), arm(reports, i, 0), arm(reports, i, 1)));
      }
      return state;
    }

    private Heard arm(List<Heard[]> reports, int window, int arm) {
      int answered = window - delay;
      boolean arrive =
          answered >= 0 && (counted == Counted.ALL || share(answered) == share(window));
      return new Heard(
          reports.get(window)[arm].requests(), arrive ? reports.get(answered)[arm].reports() : 0);
    }

    private static double binomial(SplittableRandom random, double trials, double chance) {
      int found = 0;
      for (int i = 0; i < trials; i++) {
        found += random.nextDouble() < chance ? 1 : 0;
      }
      return found;
    }

    long proven() {
      long proven = 0;
      for (int run = 0; run < RUNS; run++) {
        proven += after(run).different() ? 1 : 0;
      }
      return proven;
    }
  }

  private enum Counted {
    /// Those of answers under the present share.
    FRESH,
    ALL
  }

  @ParameterizedTest
  @CsvSource({
    "false, 0.20, 0, 300", "false, 0.02, 0, 300", "false, 0.20, 3, 300", "false, 0.02, 3, 300",
    "true,  0.20, 0, 300", "true,  0.02, 0, 300", "true,  0.20, 3, 300", "true,  0.02, 3, 300",
    "false, 0.20, 0, 30", "false, 0.90, 3, 30", "true,  0.90, 3, 30",
  })
  void equalRatesAreSuspectedNoMoreOftenThanPromised(
      boolean ramp, double rate, int delay, int requests) {
    var service =
        new Service(ramp ? RAMP : CONSTANT, 60, requests, rate, rate, delay, Counted.FRESH);

    assertThat(service.proven()).isLessThanOrEqualTo((long) (RATES.alpha() * RUNS));
  }

  @ParameterizedTest
  @CsvSource({"0.1, 0.2", "0.2, 0.1", "0.02, 0.04", "0.04, 0.02"})
  void twiceTheRateIsProvenEitherWay(double ofStable, double ofCanary) {
    var service = new Service(CONSTANT, 300, 600, ofStable, ofCanary, 3, Counted.FRESH);

    for (int seed = 0; seed < 20; seed++) {
      assertThat(service.after(seed).different()).isTrue();
    }
  }

  @Test
  void reportsThatCameLateAfterAStepWouldLookLikeADifference() {
    var honest = new Service(List.of(0.01, 0.5), 20, 3_000, 0.2, 0.2, 3, Counted.FRESH);
    var naive = new Service(List.of(0.01, 0.5), 20, 3_000, 0.2, 0.2, 3, Counted.ALL);

    assertThat(honest.after(1).different()).isFalse();
    assertThat(naive.after(1).different()).isTrue();
  }

  @Test
  void fewRequestsInAWindowAreNoDifferenceWhenReportsComeLate() {
    var service = new Service(CONSTANT, 2_000, 20, 0.9, 0.9, 3, Counted.FRESH);

    for (int seed = 0; seed < 20; seed++) {
      assertThat(service.after(seed).different()).isFalse();
    }
  }

  @Test
  void aDriftOfTheOddsUnderOneShareIsNoDifference() {
    // Callers keep their version, and new ones replace them slowly.
    FeedbackRatesState state = RATES.start();
    for (int i = 0; i < 100; i++) {
      double canary = 100 + 4 * i;
      double stable = 1_000 - canary;
      state =
          RATES.after(
              state,
              new Window(0.5, new Heard(stable, 0.3 * stable), new Heard(canary, 0.3 * canary)));
    }

    assertThat(state.different()).isFalse();
  }

  @Test
  void whatWasProvenStaysProven() {
    var service = new Service(CONSTANT, 100, 600, 0.1, 0.5, 0, Counted.FRESH);
    FeedbackRatesState state = service.after(1);

    for (int i = 0; i < 1_000; i++) {
      state = RATES.after(state, new Window(0.1, new Heard(900, 300), new Heard(100, 33)));
    }

    assertThat(state.different()).isTrue();
  }

  @Test
  void whatCannotBeIsLeftOut() {
    FeedbackRatesState state = RATES.start();

    assertThat(RATES.after(state, new Window(0.1, new Heard(-1, 0), new Heard(9, 0))))
        .isEqualTo(state);
    assertThat(RATES.after(state, new Window(0.1, new Heard(9, 0), new Heard(9, Double.NaN))))
        .isEqualTo(state);
    assertThat(RATES.after(state, new Window(2, new Heard(9, 0), new Heard(9, 0))))
        .isEqualTo(state);
  }
}
