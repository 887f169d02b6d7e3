package dev.sluice.rollout;

import static dev.sluice.rollout.Rollouts.ERRORS;
import static dev.sluice.rollout.Rollouts.PLAN;
import static dev.sluice.rollout.Rollouts.at;
import static dev.sluice.rollout.Rollouts.expecting;
import static dev.sluice.rollout.Rollouts.harmful;
import static dev.sluice.rollout.Rollouts.mismatch;
import static dev.sluice.rollout.Rollouts.moved;
import static dev.sluice.rollout.Rollouts.next;
import static dev.sluice.rollout.Rollouts.noData;
import static dev.sluice.rollout.Rollouts.running;
import static dev.sluice.rollout.Rollouts.runningAt;
import static dev.sluice.rollout.Rollouts.safe;
import static dev.sluice.rollout.Rollouts.safeUpTo;
import static dev.sluice.rollout.Rollouts.sight;
import static dev.sluice.rollout.Rollouts.silent;
import static dev.sluice.rollout.Rollouts.suspicious;
import static dev.sluice.rollout.Rollouts.undecided;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.experiment.Guard;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// A canary with traffic.
class RunningTest {
  private static final Plan TIMED =
      PLAN.withPacing(Pacing.of(Pacing.Pace.TIME).withMinWindows(2, 2));
  private static final Guard OTHER =
      new Guard("other", ERRORS.rule(), 1, Guard.Role.ROLLBACK_ONLY, Guard.Action.ROLL_BACK);

  @Test
  void entersTheNextStepOnceItsShareIsProven() {
    Rollout rollout = running(PLAN).with(sight(4, safeUpTo(0.25, ERRORS)));

    Decision decision = next(rollout, 4).orElseThrow();

    assertThat(decision.next().state()).isEqualTo(new State.Running(new Stay(1, at(4), 4, 4000)));
    assertThat(decision.next().share()).isEqualTo(Share.ofPercent(25));
    assertThat(decision.cause()).isEqualTo(Cause.judge(Cause.Code.PROVEN_SAFE, ""));
  }

  @Test
  void staysWithoutAProofForTheNextShare() {
    assertThat(next(running(PLAN).with(sight(4, safeUpTo(0.05, ERRORS))), 4)).isEmpty();
    assertThat(next(running(PLAN).with(sight(4, undecided(ERRORS))), 4)).isEmpty();
    assertThat(next(running(PLAN), 4)).isEmpty();
  }

  @Test
  void noDataNeverCountsAsHealth() {
    assertThat(next(running(PLAN).with(sight(9, noData(ERRORS))), 9)).isEmpty();
    assertThat(next(running(TIMED).with(sight(9, noData(ERRORS))), 9)).isEmpty();
  }

  @Test
  void waitsForTheMinimumTimeAndExposuresOfAStep() {
    Plan.Step slow =
        Plan.Step.percent(5).withMinTime(Duration.ofMinutes(30)).withMinExposures(9000);
    Plan plan = PLAN.withSteps(List.of(slow, Plan.Step.percent(25)));

    assertThat(next(running(plan).with(sight(20, safe(ERRORS))), 29)).isEmpty();
    assertThat(next(running(plan).with(sight(8, safe(ERRORS))), 31)).isEmpty();
    assertThat(next(running(plan).with(sight(9, safe(ERRORS))), 30)).isPresent();
  }

  @Test
  void aGuardWhoseHarmAloneCountsBlocksNothing() {
    Plan plan = PLAN.withGuards(List.of(ERRORS, OTHER));
    Rollout rollout = running(plan).with(sight(4, safe(ERRORS), undecided(OTHER)));

    assertThat(next(rollout, 4).orElseThrow().next().share()).isEqualTo(Share.ofPercent(25));
    assertThat(next(rollout.with(sight(4, safe(ERRORS), harmful(OTHER))), 4).orElseThrow().next())
        .extracting(Rollout::share)
        .isEqualTo(Share.NONE);
  }

  @Test
  void promotesWhenAllOfTheTrafficIsProven() {
    Rollout last = runningAt(2, PLAN);

    assertThat(next(last.with(sight(9, safeUpTo(0.5, ERRORS))), 9)).isEmpty();
    Rollout promoted = next(last.with(sight(9, safe(ERRORS))), 9).orElseThrow().next();

    assertThat(promoted.state()).isInstanceOf(State.Promoted.class);
    assertThat(promoted.share()).isEqualTo(Share.ALL);
  }

  @Test
  void waitsForAPersonWhereThePlanSaysSo() {
    Rollout last =
        runningAt(2, PLAN.withPromotion(Plan.Promotion.MANUAL)).with(sight(9, safe(ERRORS)));

    Rollout done = next(last, 9).orElseThrow().next();

    assertThat(done.state())
        .isInstanceOfSatisfying(
            State.Completed.class,
            completed -> assertThat(completed.verdict()).isEqualTo(Verdict.SAFE));
    assertThat(done.share()).isEqualTo(Share.ofPercent(50));
  }

  @Test
  void goesByTheClockWhereThePlanSaysSoButNotToThePromotion() {
    Rollout first = running(TIMED).with(sight(2, undecided(ERRORS)));

    Decision decision = next(first, 2).orElseThrow();

    assertThat(decision.next().share()).isEqualTo(Share.ofPercent(25));
    assertThat(decision.cause().actor()).isEqualTo(new Cause.Actor.Clock());
    assertThat(next(runningAt(2, TIMED).with(sight(99, undecided(ERRORS))), 99)).isEmpty();
  }

  @Test
  void theClockDoesNotMoveWhatIsSuspicious() {
    assertThat(next(running(TIMED).with(sight(9, suspicious(ERRORS))), 9)).isEmpty();
  }

  @Test
  void stepsBackOnSuspicionOncePerWindow() {
    Rollout second = runningAt(2, TIMED).with(sight(3, suspicious(ERRORS)));

    Decision back = next(second, 3).orElseThrow();

    assertThat(back.cause().code()).isEqualTo(Cause.Code.SUSPICION);
    assertThat(back.next().share()).isEqualTo(Share.ofPercent(25));
    assertThat(next(back.next(), 3)).isEmpty();
    assertThat(next(back.next().with(sight(4, suspicious(ERRORS))), 4).orElseThrow().next().share())
        .isEqualTo(Share.ofPercent(5));
  }

  @Test
  void rollsBackOnHarm() {
    Rollout rollout = runningAt(1, PLAN).with(sight(3, harmful(ERRORS)));

    Rollout back = next(rollout, 3).orElseThrow().next();

    assertThat(back.state())
        .isEqualTo(new State.RolledBack(at(3), Cause.judge(Cause.Code.HARMFUL, "error_rate")));
    assertThat(back.share()).isEqualTo(Share.NONE);
  }

  @Test
  void pausesWithoutTrafficOnHarmWhereTheGuardSaysSo() {
    Rollout paused = harmed(Guard.Action.PAUSE);

    assertThat(paused.state()).isInstanceOf(State.Paused.class);
    assertThat(paused.share()).isEqualTo(Share.NONE);
    assertThat(next(paused, 99_999)).isEmpty();
    assertThat(Transitions.after(paused, new Command.Resume("ann", "x"), at(9)))
        .isInstanceOf(Answer.Refused.class);
    assertThat(Transitions.after(paused, Rollouts.PROMOTE, at(9)))
        .isInstanceOf(Answer.Refused.class);
    assertThat(moved(Transitions.after(paused, new Command.RollBack("ann", ""), at(9))).state())
        .isInstanceOf(State.RolledBack.class);
  }

  @Test
  void takesOneStepBackPerWindowUntilItIsRolledBack() {
    Guard reducing = ERRORS.withAction(Guard.Action.REDUCE_TRAFFIC);
    Rollout first = harmed(Guard.Action.REDUCE_TRAFFIC);

    assertThat(first.share()).isEqualTo(Share.ofPercent(5));
    assertThat(next(first, 99)).isEmpty();
    Rollout second = next(first.with(sight(4, harmful(reducing))), 4).orElseThrow().next();
    assertThat(second.state()).isInstanceOf(State.RolledBack.class);
  }

  @Test
  void saysAnAlertOnceAndAdvancesNoMore() {
    Rollout alerted = harmed(Guard.Action.ALERT);

    assertThat(alerted.share()).isEqualTo(Share.ofPercent(25));
    assertThat(alerted.notes()).extracting(Note::kind).containsExactly(Note.Kind.ALERT);
    assertThat(next(alerted, 30)).isEmpty();
    assertThat(next(alerted, 720).orElseThrow().next().state()).isInstanceOf(State.Paused.class);
  }

  @Test
  void theGravestActionWins() {
    Guard pausing = new Guard("b", ERRORS.rule(), 1, Guard.Role.PACING, Guard.Action.PAUSE);
    Plan plan = PLAN.withGuards(List.of(pausing, ERRORS));

    Rollout back =
        next(running(plan).with(sight(3, harmful(pausing), harmful(ERRORS))), 3)
            .orElseThrow()
            .next();

    assertThat(back.state()).isInstanceOf(State.RolledBack.class);
  }

  @Test
  void withoutAutomaticRollbackHarmIsOnlySaid() {
    Plan plan = PLAN.withAutomaticRollback(Plan.AutomaticRollback.OFF);

    Rollout said = next(runningAt(1, plan).with(sight(3, harmful(ERRORS))), 3).orElseThrow().next();

    assertThat(said.share()).isEqualTo(Share.ofPercent(25));
    assertThat(said.notes()).extracting(Note::kind).containsExactly(Note.Kind.WOULD_ROLL_BACK);
    assertThat(next(said, 3)).isEmpty();
  }

  @Test
  void observedItJudgesAndSaysAndDoesNothing() {
    Plan plan = PLAN.withMode(Plan.Mode.OBSERVE);
    Rollout proven = next(running(plan).with(sight(3, safe(ERRORS))), 3).orElseThrow().next();
    assertThat(proven.share()).isEqualTo(Share.ofPercent(5));
    assertThat(next(proven, 4)).isEmpty();

    Decision decision = next(proven.with(sight(9, harmful(ERRORS))), 9).orElseThrow();

    assertThat(decision).isInstanceOf(Decision.Noted.class);
    assertThat(decision.next().state()).isEqualTo(proven.state());
    assertThat(decision.next().notes())
        .extracting(Note::kind)
        .containsExactly(Note.Kind.WOULD_MOVE, Note.Kind.WOULD_ROLL_BACK);
    assertThat(next(decision.next(), 10)).isEmpty();
  }

  @Test
  void failsWhenTheSplitIsBroken() {
    Rollout failed =
        next(running(PLAN).with(mismatch(sight(3, safe(ERRORS)))), 3).orElseThrow().next();

    assertThat(failed.state()).isInstanceOf(State.Failed.class);
    assertThat(failed.share()).isEqualTo(Share.NONE);
  }

  @Test
  void neitherAdvancesNorLivesLongWithASilentCanary() {
    Rollout rollout = running(PLAN).with(silent(sight(9, safe(ERRORS))));

    Decision heard = next(rollout, 9).orElseThrow();

    assertThat(heard).isInstanceOf(Decision.Noted.class);
    assertThat(heard.cause().code()).isEqualTo(Cause.Code.CANARY_SILENT);
    assertThat(next(heard.next(), 18)).isEmpty();
    assertThat(next(heard.next(), 19).orElseThrow().next().state())
        .isInstanceOf(State.Failed.class);
  }

  @Test
  void forgetsTheSilenceOfACanaryThatSpeaksAgain() {
    Rollout silent =
        next(running(PLAN).with(silent(sight(9, undecided(ERRORS)))), 9).orElseThrow().next();

    Decision spoke = next(silent.with(sight(10, undecided(ERRORS))), 10).orElseThrow();

    assertThat(spoke.cause().code()).isEqualTo(Cause.Code.RECOVERED);
    assertThat(spoke.next().troubles()).isEqualTo(Troubles.NONE);
    assertThat(next(spoke.next(), 30)).isEmpty();
  }

  @Test
  void failsWhenTheActuatorOrTheEvidenceIsAwayForLong() {
    Stream<Report> reports =
        Stream.of(new Report.ActuatorRefused("throttled"), new Report.EvidenceUnreadable("away"));

    assertThat(reports)
        .allSatisfy(
            report -> {
              Rollout told = Transitions.on(running(PLAN), report, at(1)).orElseThrow().next();
              assertThat(Transitions.on(told, report, at(2))).isEmpty();
              Rollout proven = told.with(sight(3, safe(ERRORS)));
              assertThat(next(proven, 5).orElseThrow().next().share())
                  .isEqualTo(Share.ofPercent(25));
              assertThat(next(proven, 6)).isEmpty();
              assertThat(next(proven, 16).orElseThrow().next().state())
                  .isInstanceOf(State.Failed.class);
            });
  }

  @Test
  void goesOnWhenTheActuatorObeysAgain() {
    Rollout told =
        Transitions.on(running(PLAN), new Report.ActuatorRefused("throttled"), at(1))
            .orElseThrow()
            .next();

    Rollout obeyed = Transitions.on(told, new Report.ActuatorObeyed(), at(9)).orElseThrow().next();

    assertThat(obeyed.with(sight(9, safe(ERRORS))))
        .satisfies(rollout -> assertThat(next(rollout, 20)).isPresent());
    assertThat(next(obeyed, 20)).isEmpty();
  }

  @Test
  void aShadowStepLeavesByItsTime() {
    Plan.Step shadow = Plan.Step.percent(0).withMinTime(Duration.ofMinutes(10));
    Rollout rollout = running(PLAN.withSteps(List.of(shadow, Plan.Step.percent(5))));

    assertThat(rollout.share()).isEqualTo(Share.NONE);
    assertThat(next(rollout, 9)).isEmpty();
    assertThat(next(rollout, 10).orElseThrow().next().share()).isEqualTo(Share.ofPercent(5));
  }

  @Test
  void atTheDeadlineItEndsAsThePlanSays() {
    Sight unproven = sight(700, undecided(ERRORS));
    Rollout rollout = running(PLAN).with(unproven);
    assertThat(next(rollout, 719)).isEmpty();

    Rollout waits = next(rollout, 720).orElseThrow().next();

    assertThat(waits.state()).isInstanceOf(State.Paused.class);
    assertThat(waits.share()).isEqualTo(Share.ofPercent(5));
    Rollout completed = late(Terms.OnTimeout.COMPLETE, unproven);
    assertThat(completed.state()).isInstanceOf(State.Completed.class);
    assertThat(completed.share()).isEqualTo(Share.NONE);
    assertThat(late(Terms.OnTimeout.ROLLBACK, unproven).state())
        .isInstanceOf(State.RolledBack.class);
  }

  @Test
  void isExtendedOnceWhereTheForecastFits() {
    Sight hopeful = expecting(sight(700, undecided(ERRORS)), Duration.ofMinutes(60));

    Decision extended = next(running(PLAN).with(hopeful), 720).orElseThrow();

    assertThat(extended).isInstanceOf(Decision.Noted.class);
    assertThat(extended.cause().code()).isEqualTo(Cause.Code.EXTENDED);
    assertThat(next(extended.next(), 1439)).isEmpty();
    assertThat(next(extended.next(), 1440).orElseThrow().next().state())
        .isInstanceOf(State.Paused.class);
  }

  @Test
  void aTestEndsAtItsSampleSize() {
    Plan plan =
        PLAN.withTerms(Terms.DEFAULT.withOnTimeout(Terms.OnTimeout.COMPLETE).withSampleSize(9000));

    assertThat(next(running(plan).with(sight(8, undecided(ERRORS))), 8)).isEmpty();
    assertThat(
            next(running(plan).with(sight(9, undecided(ERRORS))), 9).orElseThrow().next().state())
        .isInstanceOf(State.Completed.class);
  }

  @Test
  void aPersonPausesStopsPromotesAndRollsBack() {
    Rollout rollout = runningAt(1, PLAN).with(sight(3, undecided(ERRORS)));

    Rollout paused = moved(Transitions.after(rollout, new Command.Pause("ann", ""), at(3)));
    Rollout stopped = moved(Transitions.after(rollout, new Command.Stop("ann", "x"), at(3)));

    assertThat(paused.share()).isEqualTo(Share.ofPercent(25));
    assertThat(stopped.share()).isEqualTo(Share.NONE);
    assertThat(stopped.state().isFinal()).isTrue();
    assertThat(moved(Transitions.after(rollout, new Command.RollBack("ann", ""), at(3))).share())
        .isEqualTo(Share.NONE);
    assertThat(Transitions.after(rollout, new Command.Promote("ann", " "), at(3)))
        .isInstanceOf(Answer.Refused.class);
    assertThat(moved(Transitions.after(rollout, Rollouts.PROMOTE, at(3))).state())
        .isEqualTo(
            new State.Promoted(
                at(3), Cause.person("ann", Cause.Code.PROMOTED_UNPROVEN, "we must")));
  }

  @Test
  void whatIsStoppedThoughSafeHasNoTraffic() {
    Rollout rollout = runningAt(1, PLAN).with(sight(3, safe(ERRORS)));

    Rollout stopped = moved(Transitions.after(rollout, new Command.Stop("ann", "x"), at(3)));

    assertThat(stopped.share()).isEqualTo(Share.NONE);
    assertThat(stopped.state().isFinal()).isTrue();
    assertThat(Transitions.after(stopped, Rollouts.PROMOTE, at(4)))
        .isInstanceOf(Answer.Refused.class);
  }

  @Test
  void aPersonCannotPromoteWhatIsHarmful() {
    Rollout rollout = runningAt(1, PLAN).with(sight(3, harmful(ERRORS)));

    assertThat(Transitions.after(rollout, Rollouts.PROMOTE, at(3)))
        .isInstanceOfSatisfying(
            Answer.Refused.class, refused -> assertThat(refused.reason()).contains("error_rate"));
  }

  private static Rollout harmed(Guard.Action action) {
    Guard guard = ERRORS.withAction(action);
    Plan plan = PLAN.withGuards(List.of(guard));
    return next(runningAt(1, plan).with(sight(3, harmful(guard))), 3).orElseThrow().next();
  }

  private static Rollout late(Terms.OnTimeout onTimeout, Sight sight) {
    Plan plan = PLAN.withTerms(Terms.DEFAULT.withOnTimeout(onTimeout));
    return next(running(plan).with(sight), 720).orElseThrow().next();
  }
}
