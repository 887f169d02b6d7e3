package dev.sluice.rollout;

import static dev.sluice.rollout.Rollouts.ERRORS;
import static dev.sluice.rollout.Rollouts.PLAN;
import static dev.sluice.rollout.Rollouts.START;
import static dev.sluice.rollout.Rollouts.at;
import static dev.sluice.rollout.Rollouts.harmful;
import static dev.sluice.rollout.Rollouts.mismatch;
import static dev.sluice.rollout.Rollouts.moved;
import static dev.sluice.rollout.Rollouts.next;
import static dev.sluice.rollout.Rollouts.pausedAt;
import static dev.sluice.rollout.Rollouts.running;
import static dev.sluice.rollout.Rollouts.safe;
import static dev.sluice.rollout.Rollouts.sight;
import static dev.sluice.rollout.Rollouts.undecided;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.experiment.Guard;
import dev.sluice.routing.Share;
import java.util.List;
import org.junit.jupiter.api.Test;

/// While a person decides.
class PausedTest {
  private static final Command.Resume RESUME = new Command.Resume("ann", "");

  private final Rollout paused = pausedAt(1, PLAN);

  @Test
  void holdsItsShareAndDoesNotAdvance() {
    assertThat(paused.share()).isEqualTo(Share.ofPercent(25));
    assertThat(next(paused.with(sight(99, safe(ERRORS))), 99_999)).isEmpty();
  }

  @Test
  void rollsBackOnHarmEvenWhilePaused() {
    Rollout back = next(paused.with(sight(9, harmful(ERRORS))), 9).orElseThrow().next();

    assertThat(back.state()).isInstanceOf(State.RolledBack.class);
  }

  @Test
  void losesItsTrafficOnHarmOfAGuardThatPauses() {
    Guard guard = ERRORS.withAction(Guard.Action.PAUSE);

    Rollout taken = next(pausedAt(1, PLAN).with(sight(9, harmful(guard))), 9).orElseThrow().next();

    assertThat(taken.state()).isInstanceOf(State.Paused.class);
    assertThat(taken.share()).isEqualTo(Share.NONE);
    assertThat(Transitions.after(taken, RESUME, at(10))).isInstanceOf(Answer.Refused.class);
  }

  @Test
  void stepsBackOnHarmOfAGuardThatReducesAndStaysPaused() {
    Guard guard = ERRORS.withAction(Guard.Action.REDUCE_TRAFFIC);
    Plan plan = PLAN.withGuards(List.of(guard));

    Rollout back = next(pausedAt(1, plan).with(sight(9, harmful(guard))), 9).orElseThrow().next();

    assertThat(back.state()).isInstanceOf(State.Paused.class);
    assertThat(back.share()).isEqualTo(Share.ofPercent(5));
    assertThat(next(back.with(sight(10, harmful(guard))), 10).orElseThrow().next().state())
        .isInstanceOf(State.RolledBack.class);
  }

  @Test
  void failsWhenTheSplitIsBroken() {
    assertThat(next(paused.with(mismatch(sight(9, safe(ERRORS)))), 9).orElseThrow().next().state())
        .isInstanceOf(State.Failed.class);
  }

  @Test
  void failsWhenTheActuatorRefusesForLong() {
    Rollout told =
        Transitions.on(paused, new Report.ActuatorRefused("throttled"), at(1)).orElseThrow().next();

    assertThat(next(told, 15)).isEmpty();
    assertThat(next(told, 16).orElseThrow().next().state()).isInstanceOf(State.Failed.class);
  }

  @Test
  void goesOnWhereItWasWhenResumed() {
    Rollout resumed = moved(Transitions.after(paused, RESUME, at(60)));

    assertThat(resumed.state()).isEqualTo(new State.Running(new Stay(1, START, 0, 0)));
    assertThat(next(resumed.with(sight(60, safe(ERRORS))), 60)).isPresent();
  }

  @Test
  void hasANewTermWhenResumedAfterItsDeadline() {
    Sight unproven = sight(700, undecided(ERRORS));
    Rollout timedOut = next(running(PLAN).with(unproven), 720).orElseThrow().next();

    Rollout resumed = moved(Transitions.after(timedOut, RESUME, at(800)));

    assertThat(next(resumed, 801)).isEmpty();
    assertThat(next(resumed, 800 + 720)).isPresent();
  }

  @Test
  void isPromotedWithAReasonAndStoppedWithOne() {
    assertThat(Transitions.after(paused, new Command.Promote("ann", ""), at(9)))
        .isInstanceOf(Answer.Refused.class);
    assertThat(moved(Transitions.after(paused, Rollouts.PROMOTE, at(9))).share())
        .isEqualTo(Share.ALL);
    assertThat(moved(Transitions.after(paused, new Command.Stop("ann", "x"), at(9))).share())
        .isEqualTo(Share.NONE);
    assertThat(Transitions.after(paused, new Command.Pause("ann", "x"), at(9)))
        .isInstanceOf(Answer.Refused.class);
  }
}
