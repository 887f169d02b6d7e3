package dev.sluice.rollout;

import static dev.sluice.rollout.Rollouts.ERRORS;
import static dev.sluice.rollout.Rollouts.PLAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.experiment.Events;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Values;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.LatencyBuckets;
import dev.sluice.statistics.MeanRule;
import dev.sluice.statistics.QuantileRule;
import dev.sluice.statistics.RateRule;
import dev.sluice.statistics.RatioRule;
import dev.sluice.statistics.Units;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is said about a plan before it runs.
class PlanTest {
  @Test
  void refusesAQuantileThatItsHistoryCannotTell() {
    Plan plan = guarded(new Rule.Quantile(QuantileRule.of(0.9999, 0.1)));

    assertThat(plan.faults())
        .anySatisfy(
            fault -> assertThat(fault).contains("neither harm nor safety").contains("0.999"));
  }

  @Test
  void refusesASampleOfNothing() {
    Terms none = Terms.DEFAULT.withSampleSize(0).withOnTimeout(Terms.OnTimeout.COMPLETE);

    assertThat(PLAN.withTerms(none).faults()).singleElement().asString().contains("sampleSize");
  }

  @Test
  void dropsATrailingWholeShare() {
    assertThat(steps(10, 25, 50, 100).steps())
        .extracting(Plan.Step::share)
        .containsExactly(Share.ofPercent(10), Share.ofPercent(25), Share.ofPercent(50));
    assertThat(steps(10, 100).faults()).isEmpty();
  }

  @Test
  void refusesSharesThatDoNotGrow() {
    assertThat(steps(10, 10).faults()).containsExactly("shares must grow: 10 % after 10 %");
    assertThat(steps(10, 5).faults()).containsExactly("shares must grow: 5 % after 10 %");
    assertThat(steps(10, 0).faults()).hasSize(1);
    assertThat(steps(100, 100).faults()).hasSize(1);
  }

  @Test
  void acceptsAShadowStepAndRefusesZerosAlone() {
    assertThat(steps(0, 5).check()).isEmpty();
    assertThat(steps(0).faults()).hasSize(1);
    assertThat(steps(0, 100).faults()).hasSize(1);
    assertThat(steps(100).faults()).hasSize(1);
    assertThat(steps().faults()).hasSize(1);
    assertThat(
            PLAN.withSteps(List.of(Plan.Step.percent(0).withMinExposures(1), Plan.Step.percent(5)))
                .faults())
        .hasSize(1);
  }

  @Test
  void tellsAllFaultsAtOnce() {
    Plan plan =
        steps(10, 5)
            .withGuards(List.of(ERRORS, ERRORS))
            .withTerms(
                Terms.DEFAULT
                    .withWindow(Duration.ofSeconds(9))
                    .withPatience(0)
                    .withSampleSize(1000)
                    .withStartDeadline(Duration.ZERO)
                    .withDeadline(Duration.ZERO, Duration.ofMinutes(-1)))
            .withPacing(Pacing.of(Pacing.Pace.TIME).withMinWindows(-1, 0));

    assertThat(plan.faults())
        .satisfiesExactlyInAnyOrder(
            fault -> assertThat(fault).contains("shares must grow"),
            fault -> assertThat(fault).contains("error_rate is there twice"),
            fault -> assertThat(fault).contains("window must be 10 to 60 seconds: 9 s"),
            fault -> assertThat(fault).contains("patience"),
            fault -> assertThat(fault).contains("sampleSize"),
            fault -> assertThat(fault).contains("startDeadline"),
            fault -> assertThat(fault).startsWith("deadline"),
            fault -> assertThat(fault).contains("maxExtension"),
            fault -> assertThat(fault).contains("minWindowsPerStep"));
  }

  @Test
  void refusesNoGuardsAndNamesTheNearestPolicy() {
    assertThat(PLAN.withGuards(List.of()).faults())
        .singleElement()
        .asString()
        .contains("comparable");
  }

  @Test
  void refusesGuardsThatCanProveNothing() {
    List<Rule> nothing =
        List.of(
            ratio(40, Math.exp(-3.5), 0),
            new Rule.Maximum(new Events.SlowerThan(LatencyBuckets.OVERFLOW), RateRule.of(0.01)),
            new Rule.Quantile(QuantileRule.of(0.95, Math.pow(2, 26.1))),
            new Rule.Mean(
                new Values.Score("reward", Values.Better.MORE),
                MeanRule.of(Contrast.relative(0.1)).withHarm(Contrast.relative(0.2))));

    assertThat(nothing)
        .allSatisfy(
            rule ->
                assertThat(guarded(rule).faults())
                    .anySatisfy(fault -> assertThat(fault).contains("neither harm nor safety"))
                    .hasSize(2));
  }

  @Test
  void knowsWhereNothingIsLeftToBetOn() {
    assertThat(GuardCheck.canAcquit(ratio(1.1, Math.exp(-3.5), 0))).isFalse();
    assertThat(GuardCheck.canAcquit(ratio(1.1, 0.0303, 0))).isTrue();
    assertThat(GuardCheck.canAcquit(ratio(1.1, Math.exp(-3.5), 0.001))).isTrue();
    assertThat(GuardCheck.canCondemn(ratio(33, 1.5, 0))).isTrue();
    assertThat(GuardCheck.canCondemn(ratio(34, 1.5, 0))).isFalse();
    assertThat(GuardCheck.canCondemn(ratio(34, 40, 0))).isTrue();
  }

  @Test
  void allowsWhatCanOnlyCondemnAndSaysSo() {
    Plan plan = PLAN.withGuards(Policies.errorCeiling());

    assertThat(plan.faults()).isEmpty();
    assertThat(plan.check())
        .singleElement()
        .satisfies(remark -> assertThat(remark.text()).contains("promotes nothing by itself"));
    assertThat(guarded(ratio(1.1, 0.03, 0)).faults()).isEmpty();
    assertThat(guarded(ratio(1.1, 0.03, 0)).check())
        .anySatisfy(remark -> assertThat(remark.text()).contains("promotes nothing by itself"));
  }

  @Test
  void warnsWhereACanaryLikeStableStaysUndecided() {
    List<Rule> nothingTolerated =
        List.of(
            ratio(1, 1, 0),
            new Rule.Quantile(QuantileRule.of(0.95, 0.04)),
            new Rule.Mean(new Values.LatencySeconds(), MeanRule.of(Contrast.EQUAL)));

    assertThat(nothingTolerated)
        .allSatisfy(
            rule -> {
              assertThat(guarded(rule).faults()).isEmpty();
              assertThat(guarded(rule).check())
                  .anySatisfy(
                      remark -> assertThat(remark.text()).contains("canary like stable is never"));
            });
  }

  @Test
  void warnsOfMeansUnderStickyCallers() {
    Plan plan =
        guarded(new Rule.Mean(new Values.LatencySeconds(), MeanRule.of(Contrast.relative(0.1))));

    assertThat(plan.check())
        .singleElement()
        .isInstanceOfSatisfying(
            Remark.Warning.class, warning -> assertThat(warning.text()).contains("independent"));
    assertThat(plan.withUnits(Units.REQUEST).check()).isEmpty();
  }

  @Test
  void warnsOfStepsThatLastLongerThanTheDeadline() {
    List<Plan.Step> ramp = Ramp.of(4, Share.ofPercent(40), Duration.ofHours(13));

    assertThat(PLAN.withSteps(ramp).check())
        .singleElement()
        .satisfies(remark -> assertThat(remark.text()).contains("13 h").contains("12 h"));
  }

  @Test
  void itsGuardsCountInItsUnits() {
    Plan plan = Presets.canary().withUnits(Units.DISPERSED);

    assertThat(plan.guards())
        .extracting(Guard::rule)
        .satisfiesExactly(
            rule ->
                assertThat(((Rule.Quantile) rule).quantile().units()).isEqualTo(Units.DISPERSED),
            rule -> assertThat(((Rule.Ratio) rule).ratio().units()).isEqualTo(Units.DISPERSED));
  }

  @Test
  void aRampIsEvenlySpacedAndHeld() {
    assertThat(Ramp.of(4, Share.ofPercent(50), Duration.ofHours(2)))
        .extracting(Plan.Step::share, Plan.Step::minTime)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Share.of(1250), Duration.ofMinutes(30)),
            org.assertj.core.groups.Tuple.tuple(Share.of(2500), Duration.ofMinutes(30)),
            org.assertj.core.groups.Tuple.tuple(Share.of(3750), Duration.ofMinutes(30)),
            org.assertj.core.groups.Tuple.tuple(Share.of(5000), Duration.ofMinutes(30)));
    assertThat(PLAN.withSteps(Ramp.of(10, Share.ALL, Duration.ofHours(1))).steps()).hasSize(9);
    assertThatThrownBy(() -> Ramp.of(0, Share.ALL, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Ramp.of(11, Share.of(10), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.1 %");
  }

  private static Plan steps(double... percents) {
    return PLAN.withSteps(Arrays.stream(percents).mapToObj(Plan.Step::percent).toList());
  }

  private static Plan guarded(Rule rule) {
    return PLAN.withGuards(List.of(Guard.of("guard", rule)));
  }

  private static Rule ratio(double harm, double safe, double floor) {
    return new Rule.Ratio(new Events.Errors(), RatioRule.of(harm, safe, floor));
  }
}
