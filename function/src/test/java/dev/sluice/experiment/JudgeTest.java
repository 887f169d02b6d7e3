package dev.sluice.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.experiment.Judgement.CanaryVoice;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.Margin;
import dev.sluice.statistics.MeanRule;
import dev.sluice.statistics.QuantileRule;
import dev.sluice.statistics.QuantileState;
import dev.sluice.statistics.RateRule;
import dev.sluice.statistics.RatioRule;
import dev.sluice.statistics.RatioState;
import dev.sluice.statistics.SampleRatioState;
import dev.sluice.statistics.Units;
import dev.sluice.statistics.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What the judge does with windows, one example after the other.
class JudgeTest {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<Share> STEPS =
      List.of(Share.NONE, Share.ofPercent(5), Share.ofPercent(50), Share.ALL);

  private static final Guard ERRORS =
      Guard.of("error_rate", new Rule.Ratio(new Events.Errors(), RatioRule.of(1.1, 1.5, 0.001)));
  private static final Guard CEILING =
      Guard.of("error_ceiling", new Rule.Maximum(new Events.Errors(), RateRule.of(0.05)));
  private static final Guard SLOW =
      Guard.of("slow", new Rule.Ratio(new Events.SlowerThan(155), RatioRule.of(1.1, 1.25, 0.001)));
  private static final Guard P95 =
      Guard.of("latency_p95", new Rule.Quantile(QuantileRule.of(0.95, 0.1)));
  private static final Guard MEAN =
      Guard.of(
          "latency_mean",
          new Rule.Mean(new Values.LatencySeconds(), MeanRule.of(Contrast.relative(0.1))));
  private static final Guard LOSS =
      Guard.of("reward", new Rule.Ratio(new Events.Loss("reward"), RatioRule.of(1.1, 1.5, 0.001)));
  private static final List<Guard> ALL = List.of(ERRORS, CEILING, SLOW, P95, MEAN, LOSS);

  private static final Arm GOOD_STABLE = Arm.of(950, 9);
  private static final Arm GOOD_CANARY = Arm.of(50, 0);
  private static final Arm BROKEN_CANARY = Arm.of(50, 50);
  private static final Arm SILENT_CANARY = Arm.of(0, 0);

  private static Judge judge(Units units, Guard... guards) {
    return Judge.of(List.of(guards), STEPS, Levels.DEFAULT, units);
  }

  private static Window window(int number, double percent, Arm stable, Arm canary) {
    return new Window(
        BEGIN.plusSeconds(60L * number),
        BEGIN.plusSeconds(60L * (number + 1)),
        Share.ofPercent(percent),
        stable.tally(),
        canary.tally());
  }

  private static Evidence fold(Judge judge, int windows, Arm stable, Arm canary) {
    return fold(judge, judge.start(), windows, stable, canary);
  }

  private static Evidence fold(Judge judge, Evidence from, int windows, Arm stable, Arm canary) {
    Evidence evidence = from;
    int first = from.until().map(end -> (int) Duration.between(BEGIN, end).toMinutes()).orElse(0);
    for (int i = 0; i < windows; i++) {
      evidence = judge.after(evidence, window(first + i, 5, stable, canary));
    }
    return evidence;
  }

  private static Verdict verdict(Judge judge, Evidence evidence) {
    return judge.read(evidence).findings().getFirst().verdict();
  }

  private static RatioState ratio(Evidence evidence, int guard) {
    return (RatioState) evidence.guards().get(guard).state();
  }

  // --- which windows enter

  @Test
  void timeInWhichTheCanaryIsNotHeardIsNoTimeOfHealth() {
    Judge judge = judge(Units.AUTO, ERRORS);
    Evidence safe = fold(judge, 40, Arm.of(9500, 90), Arm.of(500, 2));

    Evidence dead = fold(judge, safe, 3, Arm.of(9500, 90), SILENT_CANARY);
    Evidence deserted = fold(judge, safe, 3, SILENT_CANARY, SILENT_CANARY);
    Evidence impossible = fold(judge, safe, 3, Arm.of(9500, 90), Arm.of(500, 501));

    for (Evidence later : List.of(dead, deserted, impossible)) {
      assertThat(later.windows()).isEqualTo(40);
      assertThat(later.canaryUnits()).isEqualTo(20_000);
    }
  }

  @Test
  void aClockThatRanAheadDeafensNobody() {
    Judge judge = judge(Units.AUTO, ERRORS);
    Evidence first = fold(judge, 1, GOOD_STABLE, GOOD_CANARY);

    Evidence ahead = judge.after(first, window(60 * 24 * 365, 5, GOOD_STABLE, GOOD_CANARY));
    Evidence next = judge.after(ahead, window(1, 5, GOOD_STABLE, BROKEN_CANARY));

    assertThat(ahead.misfits()).isEqualTo(1);
    assertThat(verdict(judge, next)).isEqualTo(Verdict.HARMFUL);
  }

  @Test
  void countsThatWereNeverCountedAcquitNobody() {
    Judge judge = judge(Units.REQUEST, ERRORS, CEILING);

    Evidence huge = fold(judge, 2, Arm.of(1e300, 1), Arm.of(1e300, 1));

    assertThat(huge.guards())
        .allSatisfy(guard -> assertThat(guard.state().progress().invalid()).isEqualTo(2));
  }

  @Test
  void holdsTheCanaryToADifferenceInPoints() {
    Judge judge = judge(Units.REQUEST, Guard.of("error_points", Rule.difference(0.02)));

    Evidence equal = fold(judge, 60, Arm.of(1000, 10), Arm.of(1000, 10));
    Evidence worse = fold(judge, 60, Arm.of(1000, 10), Arm.of(1000, 60));

    assertThat(verdict(judge, equal)).isEqualTo(Verdict.SAFE);
    assertThat(verdict(judge, worse)).isEqualTo(Verdict.HARMFUL);
  }

  @Test
  void saysTheUsualGuardsInPeoplesTerms() {
    Events errors = new Events.Errors();

    assertThat(Rule.percentage(errors, 0.5))
        .isEqualTo(new Rule.Ratio(errors, RatioRule.of(1.1, 1.5, 0.001)));
    assertThat(Rule.percentage(errors, 0.05))
        .isEqualTo(new Rule.Ratio(errors, RatioRule.of(1.05, 1.05, 0.001)));
    assertThat(Rule.maximum(errors, 0.05)).isEqualTo(new Rule.Maximum(errors, RateRule.of(0.05)));
    assertThat(Rule.minimumWithout(errors, 0.75))
        .isEqualTo(new Rule.Maximum(errors, RateRule.of(0.25)));
  }

  @Test
  void anEditedPlanKeepsWhatWasLearned() {
    Judge before = judge(Units.REQUEST, ERRORS, P95, CEILING);
    Evidence evidence = fold(before, 5, GOOD_STABLE, GOOD_CANARY);
    List<Share> edited = List.of(Share.ofPercent(5), Share.ofPercent(20), Share.ofPercent(50));
    Judge after = Judge.of(List.of(ERRORS, P95, CEILING), edited, Levels.DEFAULT, Units.REQUEST);

    Judgement judgement = after.read(evidence);
    Evidence next = after.after(evidence, window(5, 5, GOOD_STABLE, GOOD_CANARY));

    // The nearest stricter point of the grid stands in for the new share: 3.49 instead of 3.5.
    assertThat(judgement.findings().getFirst().reading().steps().get(1).margin())
        .isInstanceOfSatisfying(
            Margin.Ratio.class, margin -> assertThat(margin.ratio()).isBetween(3.3, 3.5));
    assertThat(next.windows()).isEqualTo(6);
    assertThat(next.guards().getFirst().state().progress().used()).isEqualTo(6);
  }

  @Test
  void takesAWindowOnce() {
    Judge judge = judge(Units.AUTO, ALL.toArray(Guard[]::new));
    Evidence once = fold(judge, 2, GOOD_STABLE, GOOD_CANARY);

    Evidence again = judge.after(once, window(1, 5, GOOD_STABLE, BROKEN_CANARY));
    Evidence older = judge.after(again, window(0, 5, GOOD_STABLE, BROKEN_CANARY));

    assertThat(older.repeated()).isEqualTo(2);
    assertThat(older).usingRecursiveComparison().ignoringFields("repeated").isEqualTo(once);
  }

  @ParameterizedTest
  @CsvSource({"60, 65", "60, 122", "50, 110", "120, 120", "130, 125"})
  void leavesOutWhatCannotBeAWindow(long from, long to) {
    Judge judge = judge(Units.AUTO, ALL.toArray(Guard[]::new));
    Evidence before = fold(judge, 1, GOOD_STABLE, GOOD_CANARY);
    var odd =
        new Window(
            BEGIN.plusSeconds(from),
            BEGIN.plusSeconds(to),
            Share.ofPercent(5),
            GOOD_STABLE.tally(),
            BROKEN_CANARY.tally());

    Evidence after = judge.after(before, odd);

    assertThat(after.misfits()).isEqualTo(1);
    assertThat(after).usingRecursiveComparison().ignoringFields("misfits").isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"60, 70", "60, 120", "200, 210"})
  void takesWindowsOfTenToSixtySecondsAlsoAfterAGap(long from, long to) {
    Judge judge = judge(Units.AUTO, ERRORS);
    Evidence before = fold(judge, 1, GOOD_STABLE, GOOD_CANARY);
    var next =
        new Window(
            BEGIN.plusSeconds(from),
            BEGIN.plusSeconds(to),
            Share.ofPercent(5),
            GOOD_STABLE.tally(),
            GOOD_CANARY.tally());

    Evidence after = judge.after(before, next);

    assertThat(after.windows()).isEqualTo(2);
    assertThat(after.until()).contains(next.end());
  }

  @Test
  void countsWindowsAndTheRequestsOfTheCanary() {
    Judge judge = judge(Units.AUTO, ERRORS);

    Evidence evidence = fold(judge, 3, GOOD_STABLE, GOOD_CANARY);
    Evidence unknown = judge.after(evidence, window(3, 5, GOOD_STABLE, Arm.of(Double.NaN, 0)));

    assertThat(evidence.windows()).isEqualTo(3);
    assertThat(evidence.canaryUnits()).isEqualTo(150);
    assertThat(unknown.canaryUnits()).isEqualTo(150);
    assertThat(ratio(unknown, 0).progress().invalid()).isEqualTo(1);
  }

  @Test
  void comesToTheSameEvidenceFromTheSameWindows() {
    Judge one = judge(Units.AUTO, ALL.toArray(Guard[]::new));
    Judge other = judge(Units.AUTO, ALL.toArray(Guard[]::new));
    Arm stable = GOOD_STABLE.withReturning(300).withScore("reward", 1, 0.5, 0.2);
    Arm canary = Arm.of(60, 1).withReturning(10).withScore("reward", 1, 0.7);

    Evidence first = fold(one, 30, stable, canary);
    Evidence second = fold(other, fold(other, 12, stable, canary), 18, stable, canary);

    assertThat(second).isEqualTo(first);
    assertThat(other.read(second)).isEqualTo(one.read(first));
  }

  @Test
  void refusesEvidenceOfOtherGuards() {
    Evidence evidence = judge(Units.AUTO, ERRORS).start();
    Judge other = judge(Units.AUTO, CEILING);
    Window window = window(0, 5, GOOD_STABLE, GOOD_CANARY);

    assertThatThrownBy(() -> other.after(evidence, window))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[error_rate] instead of [error_ceiling]");
    assertThatThrownBy(() -> other.read(evidence)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> other.report(evidence, Share.NONE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesAStateOfAnotherKindOrOfOtherRules() {
    Judge judge = judge(Units.AUTO, ERRORS);
    Evidence ofAQuantile =
        judge(
                Units.AUTO,
                new Guard("error_rate", P95.rule(), 1, Guard.Role.PACING, Guard.Action.ROLL_BACK))
            .start();
    Evidence stricter =
        judge(
                Units.AUTO,
                Guard.of(
                    "error_rate",
                    new Rule.Ratio(new Events.Errors(), RatioRule.of(1.0, 1.25, 0.0001))))
            .start();
    Window window = window(0, 5, GOOD_STABLE, GOOD_CANARY);

    assertThatThrownBy(() -> judge.after(ofAQuantile, window))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("guard error_rate has evidence of another kind");
    assertThatThrownBy(() -> judge.after(stricter, window))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("of another test");
  }

  // --- verdicts

  @Test
  void knowsNothingBeforeTheFirstWindow() {
    Judge judge = judge(Units.AUTO, ALL.toArray(Guard[]::new));

    Judgement judgement = judge.read(judge.start());

    assertThat(judgement.findings()).extracting(Finding::verdict).containsOnly(Verdict.NO_DATA);
    assertThat(judgement.findings())
        .allSatisfy(finding -> assertThat(finding.verdict(0.05)).isEqualTo(Verdict.NO_DATA));
    assertThat(judgement.verdict()).isEqualTo(Verdict.NO_DATA);
    assertThat(judgement.split()).isEqualTo(SampleRatioState.Verdict.NO_DATA);
    assertThat(judgement.canary()).isEqualTo(CanaryVoice.HEARD);
  }

  @Test
  void saysNothingWithoutGuards() {
    Judge judge = judge(Units.AUTO);

    assertThat(judge.read(fold(judge, 3, GOOD_STABLE, GOOD_CANARY)).verdict())
        .isEqualTo(Verdict.NO_DATA);
  }

  @Test
  void neverTakesBackHarm() {
    Judge judge = judge(Units.AUTO, ERRORS);
    Evidence harmful = fold(judge, 1, GOOD_STABLE, BROKEN_CANARY);

    Evidence later = fold(judge, harmful, 200, Arm.of(9500, 90), Arm.of(9500, 0));

    assertThat(verdict(judge, harmful)).isEqualTo(Verdict.HARMFUL);
    assertThat(verdict(judge, later)).isEqualTo(Verdict.HARMFUL);
    assertThat(judge.read(later).findings().getFirst().verdict(0.05)).isEqualTo(Verdict.HARMFUL);
    assertThat(judge.read(later).findings().getFirst().reading().logEHarm()).isNegative();
  }

  @Test
  void replacesSafetyByHarm() {
    Judge judge = judge(Units.AUTO, ERRORS);
    Evidence safe = fold(judge, 20, Arm.of(9500, 90), Arm.of(500, 2));

    Evidence harmful = fold(judge, safe, 20, Arm.of(9500, 90), Arm.of(500, 250));

    assertThat(judge.read(safe).findings().getFirst().verdict(0.05)).isEqualTo(Verdict.SAFE);
    assertThat(judge.read(harmful).findings().getFirst().verdict(0.05)).isEqualTo(Verdict.HARMFUL);
  }

  @Test
  void provesSmallSharesBeforeLargeOnes() {
    Judge judge = judge(Units.AUTO, ERRORS);
    List<Double> order = new ArrayList<>();
    Evidence evidence = judge.start();
    for (int i = 0; i < 200; i++) {
      evidence = judge.after(evidence, window(i, 5, Arm.of(950, 9), Arm.of(50, i % 2)));
      Finding finding = judge.read(evidence).findings().getFirst();
      for (double share : List.of(0.05, 0.5, 1.0)) {
        if (finding.verdict(share) == Verdict.SAFE && !order.contains(share)) {
          order.add(share);
        }
      }
    }

    assertThat(order).containsExactly(0.05, 0.5, 1.0);
    assertThat(judge.read(evidence).findings().getFirst().verdict(0.25))
        .as("a share that is not in the plan")
        .isEqualTo(Verdict.UNDECIDED);
  }

  @Test
  void sharesTheChanceOfAFalseAlarmOutByWeight() {
    Judge judge = judge(Units.AUTO, ERRORS.withWeight(3), CEILING);

    List<Finding> findings = judge.read(judge.start()).findings();

    assertThat(findings.get(0).harmBarrier()).isCloseTo(-Math.log(0.05 * 0.75), within(1e-12));
    assertThat(findings.get(1).harmBarrier()).isCloseTo(-Math.log(0.05 * 0.25), within(1e-12));
    assertThat(findings)
        .extracting(Finding::safeBarrier)
        .containsOnly(-Math.log(Levels.DEFAULT.alphaSafe()));
  }

  @Test
  void isAsBadAsItsWorstGuard() {
    Guard lenient =
        Guard.of("lenient", new Rule.Ratio(new Events.Errors(), RatioRule.of(30, 40, 0.001)));
    Judge judge = judge(Units.AUTO, lenient, ERRORS);

    Judgement judgement = judge.read(fold(judge, 5, Arm.of(950, 19), Arm.of(950, 90)));

    assertThat(judgement.findings())
        .extracting(Finding::verdict)
        .containsExactly(Verdict.SAFE, Verdict.HARMFUL);
    assertThat(judgement.verdict()).isEqualTo(Verdict.HARMFUL);
  }

  // --- a canary that is not heard of

  @Test
  void hasNoDataWhenTheCanaryFallsSilentForFiveWindows() {
    Judge judge = judge(Units.AUTO, ERRORS, CEILING);
    Evidence safe = fold(judge, 40, Arm.of(9500, 90), Arm.of(500, 2));

    Evidence four = fold(judge, safe, 4, GOOD_STABLE, SILENT_CANARY);
    Evidence five = fold(judge, four, 1, GOOD_STABLE, SILENT_CANARY);

    assertThat(judge.read(four).canary()).isEqualTo(CanaryVoice.HEARD);
    assertThat(verdict(judge, four)).isEqualTo(Verdict.SAFE);
    assertThat(judge.read(five).canary()).isEqualTo(CanaryVoice.SILENT);
    assertThat(judge.read(five).findings())
        .allSatisfy(
            finding -> {
              assertThat(finding.verdict()).isEqualTo(Verdict.NO_DATA);
              assertThat(finding.verdict(0.05)).isEqualTo(Verdict.NO_DATA);
            });
  }

  @Test
  void listensAgainWhenTheCanaryIsHeard() {
    Judge judge = judge(Units.AUTO, ERRORS);
    Evidence safe = fold(judge, 40, Arm.of(9500, 90), Arm.of(500, 2));
    Evidence silent = fold(judge, safe, 9, GOOD_STABLE, SILENT_CANARY);

    Evidence heard = fold(judge, silent, 1, GOOD_STABLE, GOOD_CANARY);

    assertThat(judge.read(heard).canary()).isEqualTo(CanaryVoice.HEARD);
    assertThat(verdict(judge, heard)).isEqualTo(Verdict.SAFE);
  }

  @Test
  void leavesHarmStandingWhenTheCanaryFallsSilent() {
    Judge judge = judge(Units.AUTO, ERRORS);
    Evidence harmful = fold(judge, 1, GOOD_STABLE, BROKEN_CANARY);

    Evidence silent = fold(judge, harmful, 5, GOOD_STABLE, SILENT_CANARY);

    assertThat(verdict(judge, silent)).isEqualTo(Verdict.HARMFUL);
  }

  @Test
  void expectsNothingOfACanaryWithoutAShareNorOfAServiceWithoutRequests() {
    Judge judge = judge(Units.AUTO, ERRORS);
    Evidence evidence = judge.start();
    for (int i = 0; i < 10; i++) {
      evidence = judge.after(evidence, window(i, 0, GOOD_STABLE, SILENT_CANARY));
    }
    Evidence noShare = evidence;
    for (int i = 10; i < 20; i++) {
      evidence = judge.after(evidence, window(i, 5, SILENT_CANARY, SILENT_CANARY));
    }

    assertThat(judge.read(noShare).canary()).isEqualTo(CanaryVoice.HEARD);
    assertThat(judge.read(evidence).canary()).isEqualTo(CanaryVoice.HEARD);
  }

  // --- what a window lacks

  @Test
  void comparesNothingWithAnEmptyArm() {
    Judge judge = judge(Units.AUTO, ALL.toArray(Guard[]::new));
    Arm canary = Arm.of(50, 1);

    Evidence evidence = judge.after(judge.start(), window(0, 5, Arm.of(0, 0), canary));

    assertThat(evidence.guards())
        .filteredOn(remembered -> !remembered.guard().equals("error_ceiling"))
        .allSatisfy(
            remembered -> {
              assertThat(remembered.state().progress().used()).isZero();
              assertThat(remembered.state().progress().skipped()).isEqualTo(1);
            });
    assertThat(evidence.guards().get(1).state().progress().used())
        .as("a bound on the canary alone needs no stable")
        .isEqualTo(1);
  }

  @Test
  void learnsStablesLatenciesAlsoWithoutACanary() {
    Judge judge = judge(Units.AUTO, P95);

    Evidence evidence = fold(judge, 1, Arm.of(400, 0), SILENT_CANARY);

    QuantileState state = (QuantileState) evidence.guards().getFirst().state();
    assertThat(state.history().sum()).isEqualTo(400);
    assertThat(state.progress().skipped()).isEqualTo(1);
  }

  @Test
  void believesNoHistogramOfAnotherLayout() {
    Judge judge = judge(Units.AUTO, ERRORS, CEILING, SLOW, P95, MEAN);
    Arm alien = GOOD_CANARY.withLatency(new Histogram("log2/8", Doubles.zeros(209))).withGroups(0);

    Evidence evidence = fold(judge, 1, GOOD_STABLE, alien);

    assertThat(evidence.guards())
        .extracting(remembered -> remembered.state().progress().invalid())
        .containsExactly(0L, 0L, 1L, 1L, 0L);
  }

  @Test
  void believesNoCallersWhenSomeWereLeftOut() {
    Judge judge = judge(Units.CALLER, ERRORS, CEILING);
    Arm stable = GOOD_STABLE.withCallers(400, 4, 0);

    Evidence all = fold(judge, 1, stable, GOOD_CANARY.withCallers(20, 0.5, 0));
    Evidence some = fold(judge, 1, stable, GOOD_CANARY.withCallers(20, 0.5, 1));

    assertThat(ratio(all, 0).canary().units()).isEqualTo(20);
    assertThat(ratio(all, 0).progress().used()).isEqualTo(1);
    assertThat(some.guards())
        .extracting(remembered -> remembered.state().progress().invalid())
        .containsExactly(1L, 1L);
  }

  @Test
  void countsSlowAnswersOfCallersAsAlikeAsTheyAre() {
    Judge judge = judge(Units.CALLER, SLOW, P95, LOSS);
    Arm stable = GOOD_STABLE.withCallers(400, 4, 0).withScore("reward", 1, 0);
    Arm canary = GOOD_CANARY.withCallers(20, 0, 0).withScore("reward", 1, 0);

    Evidence evidence = fold(judge, 20, stable, canary);

    assertThat(ratio(evidence, 0).clusters().dispersedSince()).hasValue(1);
    assertThat(((QuantileState) evidence.guards().get(1).state()).clusters().dispersedSince())
        .hasValue(1);
    assertThat(ratio(evidence, 2).progress().skipped()).isEqualTo(20);
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTO", "DISPERSED"})
  void provesNothingWhereCallersComeBackAndNobodyKnowsThem(Units units) {
    Judge judge = judge(units, ERRORS, CEILING, SLOW, P95, LOSS);
    double[] scores = new double[400];
    Arrays.fill(scores, 1);
    Arm stable = Arm.of(9500, 0).withReturning(4000).withGroups(0).withScore("reward", scores);
    Arm canary = Arm.of(9500, 0).withReturning(4000).withGroups(0).withScore("reward", scores);

    Evidence evidence = fold(judge, 50, stable, canary);

    assertThat(evidence.guards())
        .allSatisfy(
            remembered -> {
              assertThat(remembered.state().progress().used()).isZero();
              assertThat(remembered.state().progress().skipped()).isEqualTo(50);
            });
    assertThat(judge.read(evidence).findings())
        .allSatisfy(finding -> assertThat(finding.verdict(0.05)).isEqualTo(Verdict.NO_DATA));
  }

  @Test
  void goesOnProvingNothingOnceCallersCameBack() {
    Judge judge = judge(Units.AUTO, ERRORS, SLOW, P95);
    Arm one = Arm.of(500, 0).withReturning(100);
    Arm unknown = Arm.of(9500, 0).withGroups(0);
    Evidence switched = fold(judge, 2, one, one);

    Evidence later = fold(judge, switched, 50, unknown, unknown);

    assertThat(later.windows()).isEqualTo(52);
    assertThat(judge.read(later)).isEqualTo(judge.read(switched));
  }

  @Test
  void needsNoGroupsWhereNobodyComesBack() {
    Judge judge = judge(Units.AUTO, ERRORS, P95);
    Arm unknown = Arm.of(9500, 0).withGroups(0);

    Evidence evidence = fold(judge, 3, unknown, unknown);

    assertThat(verdict(judge, evidence)).isEqualTo(Verdict.SAFE);
  }

  @Test
  void comparesTheLatenciesOfCallersWhoComeBackByGroups() {
    Judge judge = judge(Units.AUTO, P95);
    Arm stable = Arm.of(3200, 0).withReturning(3200);
    Arm slow = Arm.of(3200, 0).withReturning(3200).withLatency(Map.of(150, 2400.0, 165, 800.0));

    Evidence equal = fold(judge, 20, stable, stable);
    Evidence slower = fold(judge, 8, stable, slow);

    assertThat(verdict(judge, equal)).isEqualTo(Verdict.SAFE);
    assertThat(verdict(judge, slower)).isEqualTo(Verdict.HARMFUL);
  }

  @Test
  void seesOneHeavyCallerBehindManySlowAnswers() {
    Judge judge = judge(Units.DISPERSED, P95);
    Arm stable = Arm.of(3200, 0).withReturning(3200);
    Arm oneGroup =
        Arm.of(3200, 0)
            .withReturning(3200)
            .withLatency(Map.of(150, 2400.0, 165, 800.0))
            .withGroups(1);

    Evidence evidence = fold(judge, 8, stable, oneGroup);

    QuantileState state = (QuantileState) evidence.guards().getFirst().state();
    assertThat(state.progress().used()).isEqualTo(7);
    assertThat(state.clusters().dispersion().phiFloor()).isGreaterThan(1000);
    assertThat(verdict(judge, evidence)).isNotEqualTo(Verdict.SAFE);
  }

  @Test
  void takesLatenciesThatAreBehindTheirRequests() {
    Judge judge = judge(Units.AUTO, SLOW, P95);
    Map<Integer, Double> oneLess = Map.of(150, 949.0);
    Arm stable = GOOD_STABLE.withReturning(950).withLatency(oneLess);
    Arm canary = GOOD_CANARY.withReturning(50).withLatency(Map.of(150, 49.0));

    Evidence evidence = fold(judge, 3, stable, canary);

    assertThat(evidence.guards())
        .extracting(remembered -> remembered.state().progress().invalid())
        .containsOnly(0L);
    assertThat(ratio(evidence, 0).progress().used()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"1.5, 0.5", "-0.5, 0.5", "2, 0", "-1, 1", "NaN, 0.5"})
  void believesNoScoreOutsideZeroToOne(double one, double other) {
    Judge judge = judge(Units.AUTO, LOSS);
    Arm stable = GOOD_STABLE.withScore("reward", 0.5, 0.5, 1, 0);

    Evidence evidence = fold(judge, 9, stable, GOOD_CANARY.withScore("reward", one, other));

    assertThat(ratio(evidence, 0).progress().invalid()).isEqualTo(9);
    assertThat(verdict(judge, evidence)).isEqualTo(Verdict.NO_DATA);
  }

  @Test
  void countsWhatAScoreLacksToOne() {
    Judge judge = judge(Units.AUTO, LOSS);
    Arm stable = GOOD_STABLE.withScore("reward", 0.5, 0.5, 1, 0);

    Evidence evidence = fold(judge, 1, stable, GOOD_CANARY.withScore("reward", 0.8, 1, 1));

    assertThat(ratio(evidence, 0).stable().events()).isEqualTo(2);
    assertThat(ratio(evidence, 0).canary().events()).isCloseTo(0.2, within(1e-12));
  }

  @Test
  void hasNothingToCompareWithoutScores() {
    Judge judge = judge(Units.AUTO, LOSS);

    Evidence evidence = fold(judge, 3, GOOD_STABLE, GOOD_CANARY);

    assertThat(ratio(evidence, 0).progress().skipped()).isEqualTo(3);
    assertThat(verdict(judge, evidence)).isEqualTo(Verdict.NO_DATA);
  }

  // --- the split

  @Test
  void holdsOnlyNewAssignmentsAgainstTheShare() {
    Judge judge = judge(Units.AUTO, ERRORS);
    Arm stable = Arm.of(950, 0).withFresh(95);

    Evidence balanced = fold(judge, 60, stable, Arm.of(400, 0).withFresh(5));
    Evidence lost = fold(judge, 60, stable, Arm.of(50, 0).withFresh(0));
    Evidence nobodyNew = fold(judge, 60, Arm.of(950, 0).withFresh(0), Arm.of(400, 0).withFresh(0));

    assertThat(judge.read(balanced).split()).isEqualTo(SampleRatioState.Verdict.OK_SO_FAR);
    assertThat(judge.read(lost).split()).isEqualTo(SampleRatioState.Verdict.MISMATCH);
    assertThat(judge.read(nobodyNew).split()).isEqualTo(SampleRatioState.Verdict.NO_DATA);
  }

  @Test
  void believesNoAssignmentsOfAnArmWithoutAShare() {
    Judge judge = judge(Units.AUTO, ERRORS);

    Evidence evidence =
        judge.after(judge.start(), window(0, 0, GOOD_STABLE, GOOD_CANARY.withFresh(3)));

    assertThat(evidence.split().invalid()).isEqualTo(1);
  }
}
