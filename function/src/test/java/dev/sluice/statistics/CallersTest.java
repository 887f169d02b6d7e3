package dev.sluice.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.statistics.PairedCounts.GroupCounts;
import dev.sluice.statistics.PairedCounts.Grouped;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/// How callers that are alike dilute evidence: [Dispersion] and the switch of [Clusters].
class CallersTest {
  private static final int GROUPS = GroupCounts.GROUPS;

  private static PairedCounts window(
      double units, IntToDoubleFunction events, double stableBack, double canaryBack) {
    Doubles perGroup = Doubles.generate(GROUPS, g -> units / GROUPS);
    GroupCounts groups = new GroupCounts(perGroup, Doubles.generate(GROUPS, events));
    Counts counts = new Counts(units, groups.events().sum());
    return new PairedCounts(
        counts, counts, Optional.of(new Grouped(groups, groups, stableBack, canaryBack)));
  }

  private static Dispersion dispersion(PairedCounts window) {
    return Dispersion.NONE.after(window, window.grouped().orElseThrow());
  }

  @Test
  void nobodyComesBackToAnArmWithoutRequests() {
    RateTest test = RateTest.of(RateRule.of(0.05), Levels.DEFAULT, List.of());
    GroupCounts canary =
        new GroupCounts(Doubles.generate(GROUPS, g -> g == 3 ? 10 : 0), Doubles.zeros(GROUPS));
    PairedCounts alone =
        new PairedCounts(
            Counts.NONE,
            new Counts(10, 0),
            Optional.of(new Grouped(GroupCounts.NONE, canary, 0, 0)));

    RateState state = test.after(test.start(), alone);

    assertThat(state.progress().used()).isEqualTo(1);
    assertThat(state.clusters().dispersedSince()).isEmpty();
  }

  @Test
  void groupsThatHoldMoreThanThereWasKnowNothingOfCallers() {
    RatioRule rule = RatioRule.of(1.1, 1.5, 0.001).withUnits(Units.DISPERSED);
    RatioTest test = RatioTest.of(rule, Levels.DEFAULT, List.of());
    GroupCounts many = new GroupCounts(Doubles.generate(GROUPS, g -> 1e6), Doubles.zeros(GROUPS));
    PairedCounts window =
        new PairedCounts(
            new Counts(1000, 10),
            new Counts(1000, 500),
            Optional.of(new Grouped(many, many, 0, 0)));

    assertThat(test.after(test.start(), window).progress().skipped()).isEqualTo(1);
  }

  @Test
  void showsNoIntervalWhileCallersAreTooFewToTrustIt() {
    RatioRule rule = RatioRule.of(1.1, 1.5, 0.001).withUnits(Units.DISPERSED);
    RatioTest test = RatioTest.of(rule, Levels.DEFAULT, List.of());
    GroupCounts one =
        new GroupCounts(
            Doubles.generate(GROUPS, g -> g == 0 ? 1000 : 0),
            Doubles.generate(GROUPS, g -> g == 0 ? 200 : 0));
    PairedCounts window =
        new PairedCounts(
            new Counts(1000, 200), new Counts(1000, 200), Optional.of(new Grouped(one, one, 0, 0)));

    RatioState state = test.after(test.start(), window);

    assertThat(test.account(state, 0.05).interval()).isEqualTo(Interval.UNBOUNDED);
  }

  @Test
  void addsTwoStandardErrorsToCallersThatDifferByChance() {
    Dispersion even = dispersion(window(3200, g -> 2, 0, 0));

    assertThat(even.df()).isEqualTo(62);
    assertThat(even.phi()).isCloseTo(1 + 2 * Math.sqrt(2.0 / 62), within(1e-12));
    assertThat(even.phiFloor()).isEqualTo(even.phi());
  }

  @Test
  void growsWithHowUnevenlyEventsFall() {
    Dispersion one = dispersion(window(3200, g -> g == 0 ? 64 : 0, 0, 0));

    assertThat(one.pearson()).isCloseTo(64, within(1e-9));
    assertThat(one.phi()).isCloseTo(64 * (1 + 2 * Math.sqrt(2.0 / 62)), within(1e-9));
  }

  @Test
  void weighsGroupsByTheirTrafficWhereCallersAreOfUnequalSize() {
    Doubles units = Doubles.generate(GROUPS, g -> g == 0 ? 10_000 : 10);
    GroupCounts uneven = new GroupCounts(units, Doubles.generate(GROUPS, g -> g == 0 ? 300 : 1));
    GroupCounts none = new GroupCounts(units, Doubles.zeros(GROUPS));
    PairedCounts window =
        new PairedCounts(
            new Counts(units.sum(), 0),
            new Counts(units.sum(), uneven.events().sum()),
            Optional.of(new Grouped(none, uneven, 0, 0)));

    Dispersion dispersion = dispersion(window);

    assertThat(dispersion.canary().weighted()).isNotEqualTo(dispersion.pearson());
    assertThat(dispersion.phi())
        .isCloseTo(
            Dispersion.cautious(Math.max(dispersion.canary().weighted(), dispersion.pearson()), 31),
            within(1e-9));
  }

  @Test
  void trustsTheScatterOnlyOfEnoughEventsInEnoughGroups() {
    assertThat(dispersion(window(3200, g -> 1, 0, 0)).trusted(64)).isTrue();
    assertThat(dispersion(window(3200, g -> 1, 0, 0)).trusted(27)).isFalse();
    assertThat(dispersion(window(3200, g -> 0, 0, 0)).trusted(1000)).isFalse();
    assertThat(Dispersion.NONE.phi()).isEqualTo(1);
    assertThat(Dispersion.NONE.phiFloor()).isEqualTo(1);
  }

  @Test
  void countsTheRequestsOfACallerWithoutAnyEvents() {
    GroupCounts few =
        new GroupCounts(Doubles.generate(GROUPS, g -> g < 2 ? 100 : 0), Doubles.zeros(GROUPS));
    Counts all = new Counts(200, 0);
    PairedCounts window = new PairedCounts(all, all, Optional.of(new Grouped(few, few, 200, 200)));

    assertThat(all.units() / dispersion(window).phiFloor()).isBetween(1.5, 2.5);
  }

  private static Clusters after(Clusters before, Units units, PairedCounts window, long used) {
    return before.after(units, window, used);
  }

  @Test
  void switchesForGoodWhenFiveOfAHundredComeBackInOneArm() {
    PairedCounts few = window(1000, g -> 1, 49, 49);
    PairedCounts enough = window(1000, g -> 1, 0, 50);

    Clusters before = after(Clusters.NONE, Units.AUTO, few, 1);
    Clusters switched = after(before, Units.AUTO, enough, 2);
    Clusters later = after(switched, Units.AUTO, few, 3);

    assertThat(before.dispersedSince()).isEmpty();
    assertThat(before.divisor(Units.AUTO, 1, 1000).phi()).isEqualTo(1);
    assertThat(switched.dispersedSince()).hasValue(2);
    assertThat(later.dispersedSince()).hasValue(2);
    assertThat(later.divisor(Units.AUTO, 1, 1000).phi()).isGreaterThan(1);
  }

  @Test
  void collectsBeforeTheSwitchWhatItNeedsAfterIt() {
    PairedCounts quiet = window(1000, g -> g, 0, 0);
    PairedCounts back = window(1000, g -> g, 1000, 1000);

    Clusters switched = after(after(Clusters.NONE, Units.AUTO, quiet, 1), Units.AUTO, back, 2);
    Clusters always =
        after(after(Clusters.NONE, Units.DISPERSED, quiet, 1), Units.DISPERSED, back, 2);

    assertThat(switched.dispersion()).isEqualTo(always.dispersion());
  }

  @Test
  void neverSwitchesWhereRequestsOrCallersAreTheUnits() {
    PairedCounts back = window(1000, g -> 1, 1000, 1000);

    assertThat(after(Clusters.NONE, Units.REQUEST, back, 1).dispersedSince()).isEmpty();
    assertThat(after(Clusters.NONE, Units.CALLER, back, 1).dispersedSince()).isEmpty();
  }

  @Test
  void usesAWindowWhoseGroupsHoldNobodyOnlyWhereNobodyComesBack() {
    Counts all = new Counts(100, 1);
    PairedCounts nobody =
        new PairedCounts(
            all, all, Optional.of(new Grouped(GroupCounts.NONE, GroupCounts.NONE, 4, 4)));
    PairedCounts back =
        new PairedCounts(
            all, all, Optional.of(new Grouped(GroupCounts.NONE, GroupCounts.NONE, 0, 5)));

    assertThat(Clusters.NONE.canUse(Units.AUTO, nobody)).isTrue();
    assertThat(Clusters.NONE.canUse(Units.AUTO, back)).isFalse();
    assertThat(Clusters.NONE.canUse(Units.REQUEST, back)).isTrue();
    assertThat(Clusters.NONE.canUse(Units.DISPERSED, nobody)).isFalse();
    assertThat(after(Clusters.NONE, Units.AUTO, nobody, 1)).isEqualTo(Clusters.NONE);
  }
}
