package dev.sluice.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.backtest.Stream.Shape;
import dev.sluice.statistics.PairedCounts;
import dev.sluice.statistics.RatioRule;
import dev.sluice.statistics.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// A simulation that a way to judge must pass, and faults that it must find: a simulation that
/// passes everything proves nothing.
class PlantedFaultTest {
  private static final int RUNS = 2000;
  private static final double ALPHA = 0.05;
  private static final RatioRule RULE = RatioRule.of(1.1, 1.5, 0.001);
  private static final RatioRule WITHOUT_FLOOR = RatioRule.of(1.1, 1.5, 0);

  /// What is wrong with a way to judge; nothing is.
  private static List<String> faults(
      Supplier<Looks<PairedCounts>> looks, Supplier<Looks<PairedCounts>> withoutFloor) {
    List<String> found = new ArrayList<>();
    Stream drifting = new Stream(0.01, 1000, Shape.RAMP, 1, 100);
    Runs equal = Runs.until(Verdict.HARMFUL, drifting, withoutFloor, RUNS, 1);
    if (equal.rate() > ALPHA + 3 * equal.error(ALPHA)) {
      found.add("condemns an equal canary");
    }
    Runs edge = Runs.until(Verdict.SAFE, drifting.withRatio(1.5), withoutFloor, RUNS, 2);
    if (edge.rate() > ALPHA + 3 * edge.error(ALPHA)) {
      found.add("acquits a canary at the margin");
    }
    Runs worse = Runs.until(Verdict.HARMFUL, drifting.withRatio(5), looks, RUNS, 3);
    if (worse.rate() < 0.99) {
      found.add("misses five times the errors");
    }
    Stream silent = new Stream(0, 1000, Shape.HALF, 1, 12);
    Runs clean = Runs.until(Verdict.SAFE, silent, looks, 20, 4);
    if (clean.rate() < 1) {
      found.add("never acquits a service without errors");
    }
    return found;
  }

  @Test
  void oursPasses() {
    assertThat(faults(Looks.ours(RULE), Looks.ours(WITHOUT_FLOOR))).isEmpty();
  }

  @Test
  void peekingIsFound() {
    assertThat(faults(Looks.peeking(), Looks.peeking())).contains("condemns an equal canary");
  }

  @Test
  void poolingOverSharesIsFound() {
    assertThat(faults(Looks.pooling(RULE), Looks.pooling(WITHOUT_FLOOR)))
        .containsAnyOf("condemns an equal canary", "acquits a canary at the margin");
  }

  @Test
  void aMissingFloorIsFound() {
    assertThat(faults(Looks.ours(WITHOUT_FLOOR), Looks.ours(WITHOUT_FLOOR)))
        .containsExactly("never acquits a service without errors");
  }

  @Test
  void swappedArmsAreFound() {
    assertThat(faults(Looks.swapped(RULE), Looks.swapped(WITHOUT_FLOOR)))
        .contains("misses five times the errors");
  }
}
