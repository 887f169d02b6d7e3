package dev.sluice.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.statistics.PairedCounts.GroupCounts;
import dev.sluice.statistics.PairedCounts.Grouped;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/// What holds for the evidence about counts whatever the windows are.
class EvidencePropertyTest {
  private static final List<Double> STEPS = List.of(0.05, 0.25, 0.5);
  private static final RatioRule RULE = RatioRule.of(1.1, 1.5, 0.001).withUnits(Units.REQUEST);
  private static final RatioTest TEST = RatioTest.of(RULE, Levels.DEFAULT, STEPS);

  @Provide
  Arbitrary<PairedCounts> window() {
    Arbitrary<Counts> counts =
        Combinators.combine(
                Arbitraries.integers().between(1, 5000), Arbitraries.doubles().between(0, 0.2))
            .as((n, rate) -> new Counts(n, Math.floor(n * rate)));
    return Combinators.combine(counts, counts).as(PairedCounts::of);
  }

  @Provide
  Arbitrary<List<PairedCounts>> windows() {
    return window().list().ofMinSize(1).ofMaxSize(20);
  }

  private static RatioState fold(RatioTest test, List<PairedCounts> windows) {
    RatioState state = test.start();
    for (PairedCounts window : windows) {
      state = test.after(state, window);
    }
    return state;
  }

  @Property(tries = 200)
  void whatTwoStatesKnowAddsUp(
      @ForAll("windows") List<PairedCounts> first, @ForAll("windows") List<PairedCounts> second) {
    List<PairedCounts> all = new ArrayList<>(first);
    all.addAll(second);

    RatioState together = fold(TEST, all);
    RatioState one = fold(TEST, first);
    RatioState other = fold(TEST, second);

    same(together.profile(), one.profile().plus(other.profile()));
    assertThat(together.canary()).isEqualTo(one.canary().plus(other.canary()));
  }

  @Property(tries = 200)
  void theOrderOfWindowsChangesNoProfile(
      @ForAll("windows") List<PairedCounts> windows, @ForAll long seed) {
    List<PairedCounts> shuffled = new ArrayList<>(windows);
    Collections.shuffle(shuffled, new Random(seed));

    same(fold(TEST, windows).profile(), fold(TEST, shuffled).profile());
  }

  @Property(tries = 200)
  void swappingTheArmsMirrorsTheEvidence(
      @ForAll("windows") List<PairedCounts> windows,
      @ForAll @DoubleRange(min = 0.2, max = 5) double ratio) {
    double theta = Math.log(ratio);
    Grid grid = Grid.regular(0.05, 70, List.of(theta, -theta), List.of());
    Doubles profile = Doubles.zeros(grid.size());
    Doubles mirrored = Doubles.zeros(grid.size());
    for (PairedCounts w : windows) {
      profile = grid.kernel(w.logOdds()).added(profile, w.canary().events(), w.stable().events());
      mirrored =
          grid.kernel(-w.logOdds()).added(mirrored, w.stable().events(), w.canary().events());
    }

    double above = Bets.falling(grid, grid.floor(theta), Side.ABOVE, 0.7).logE(profile, 1);
    double below = Bets.falling(grid, grid.floor(-theta), Side.BELOW, 0.7).logE(mirrored, 1);

    assertThat(below).isCloseTo(above, within(1e-7 * Math.max(1, Math.abs(above))));
  }

  @Property(tries = 200)
  void windowsWithoutEventsLeaveTheProfileAlone(
      @ForAll("windows") List<PairedCounts> windows,
      @ForAll @IntRange(min = 1, max = 5000) int stable,
      @ForAll @IntRange(min = 1, max = 5000) int canary) {
    RatioState before = fold(TEST, windows);

    RatioState after =
        TEST.after(before, PairedCounts.of(new Counts(stable, 0), new Counts(canary, 0)));

    assertThat(after.profile()).isEqualTo(before.profile());
  }

  @Property(tries = 200)
  void moreDispersionNeverRaisesTheEvidenceOfABet(
      @ForAll("windows") List<PairedCounts> windows,
      @ForAll @DoubleRange(min = 1, max = 50) double phi) {
    Grid grid = Grid.of(0, Math.log(2));
    Doubles profile = Doubles.zeros(grid.size());
    for (PairedCounts w : windows) {
      profile = grid.kernel(w.logOdds()).added(profile, w.canary().events(), w.stable().events());
    }
    Bets bet = Bets.falling(grid, 0, Side.ABOVE, 0.7);

    double less = bet.logE(profile, phi);
    double more = bet.logE(profile, 2 * phi);

    assertThat(Math.max(0, more)).isLessThanOrEqualTo(Math.max(0, less) + 1e-12);
  }

  @Property(tries = 100)
  void moreStepsInAPlanChangeNeitherHarmNorSafety(@ForAll("windows") List<PairedCounts> windows) {
    RatioTest plain = RatioTest.of(RULE, Levels.DEFAULT, List.of());

    Reading without = plain.read(fold(plain, windows));
    Reading with = TEST.read(fold(TEST, windows));

    assertThat(with.logEHarm()).isCloseTo(without.logEHarm(), within(1e-9));
    assertThat(with.last().logESafe()).isCloseTo(without.last().logESafe(), within(1e-9));
    assertThat(with.verdict()).isEqualTo(without.verdict());
  }

  @Property(tries = 100)
  void dispersionOnlyEverGrowsWithUnevenness(
      @ForAll @IntRange(min = 1, max = 200) int units,
      @ForAll @IntRange(min = 1, max = 31) int group) {
    Dispersion even = dispersion(units, GroupCounts.GROUPS);
    Dispersion uneven = dispersion(units, group);

    assertThat(even.phiFloor()).isGreaterThanOrEqualTo(1);
    assertThat(uneven.phiFloor()).isGreaterThanOrEqualTo(even.phiFloor());
  }

  // The units of the canary fall on the first groups only.
  private static Dispersion dispersion(int units, int groups) {
    Doubles canary =
        Doubles.generate(GroupCounts.GROUPS, g -> g < groups ? 32.0 * units / groups : 0);
    Doubles none = Doubles.zeros(GroupCounts.GROUPS);
    GroupCounts grouped = new GroupCounts(canary, none);
    Counts all = new Counts(canary.sum(), 0);
    return Dispersion.NONE.after(
        new PairedCounts(all, all, Optional.empty()), new Grouped(grouped, grouped, 0, 0));
  }

  @Property(tries = 200)
  void whatCannotBeTrueIsCountedAndMovesNothing(
      @ForAll("windows") List<PairedCounts> windows, @ForAll("impossible") PairedCounts bad) {
    RatioState before = fold(TEST, windows);

    RatioState after = TEST.after(before, bad);

    assertThat(after.profile()).isEqualTo(before.profile());
    assertThat(after.progress().invalid()).isEqualTo(before.progress().invalid() + 1);
    assertThat(after.progress().used()).isEqualTo(before.progress().used());
    assertThat(TEST.read(after)).isEqualTo(TEST.read(before));
  }

  @Provide
  Arbitrary<PairedCounts> impossible() {
    Arbitrary<Counts> bad =
        Arbitraries.of(
            new Counts(Double.NaN, 0),
            new Counts(10, Double.NaN),
            new Counts(Double.POSITIVE_INFINITY, 1),
            new Counts(10, Double.POSITIVE_INFINITY),
            new Counts(-1, 0),
            new Counts(10, -1),
            new Counts(10, 11));
    Counts good = new Counts(10, 1);
    return Combinators.combine(bad, Arbitraries.of(true, false))
        .as((b, stable) -> stable ? PairedCounts.of(b, good) : PairedCounts.of(good, b));
  }

  private static void same(Doubles one, Doubles other) {
    for (int j = 0; j < one.size(); j++) {
      double size = Math.max(1, Math.abs(one.get(j)));
      assertThat(other.get(j)).isCloseTo(one.get(j), within(1e-9 * size));
    }
  }
}
