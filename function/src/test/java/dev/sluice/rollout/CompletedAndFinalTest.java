package dev.sluice.rollout;

import static dev.sluice.rollout.Rollouts.ERRORS;
import static dev.sluice.rollout.Rollouts.PLAN;
import static dev.sluice.rollout.Rollouts.at;
import static dev.sluice.rollout.Rollouts.harmful;
import static dev.sluice.rollout.Rollouts.mismatch;
import static dev.sluice.rollout.Rollouts.moved;
import static dev.sluice.rollout.Rollouts.next;
import static dev.sluice.rollout.Rollouts.running;
import static dev.sluice.rollout.Rollouts.safe;
import static dev.sluice.rollout.Rollouts.sight;
import static dev.sluice.rollout.Rollouts.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.experiment.Guard;
import dev.sluice.routing.Share;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Proven and waiting for a person, or over.
class CompletedAndFinalTest {
  private final Rollout waiting = waiting(PLAN);

  @Test
  void holdsItsShareUntilAPersonPromotes() {
    assertThat(next(waiting, 99_999)).isEmpty();
    assertThat(waiting.share()).isEqualTo(Share.ofPercent(50));

    Rollout promoted = moved(Transitions.after(waiting, new Command.Promote("ann", ""), at(20)));

    assertThat(promoted.state())
        .isEqualTo(new State.Promoted(at(20), Cause.person("ann", Cause.Code.PROMOTED, "")));
  }

  @Test
  void rollsBackOnHarmEvenAfterTheProof() {
    assertThat(next(waiting.with(sight(20, harmful(ERRORS))), 20).orElseThrow().next().state())
        .isInstanceOf(State.RolledBack.class);
  }

  @Test
  void runsAgainOneStepBackOnHarmOfAGuardThatReduces() {
    Guard guard = ERRORS.withAction(Guard.Action.REDUCE_TRAFFIC);

    Rollout back = next(waiting.with(sight(20, harmful(guard))), 20).orElseThrow().next();

    assertThat(back.state()).isEqualTo(new State.Running(new Stay(1, at(20), 20, 20_000)));
  }

  @Test
  void losesItsTrafficOnHarmOfAGuardThatPauses() {
    Guard guard = ERRORS.withAction(Guard.Action.PAUSE);

    Rollout taken = next(waiting.with(sight(20, harmful(guard))), 20).orElseThrow().next();

    assertThat(taken.state()).isInstanceOf(State.Paused.class);
    assertThat(taken.share()).isEqualTo(Share.NONE);
  }

  @Test
  void failsWhenTheSplitIsBroken() {
    Rollout broken = waiting.with(mismatch(sight(20, safe(ERRORS))));

    assertThat(next(broken, 20).orElseThrow().next().state()).isInstanceOf(State.Failed.class);
  }

  @Test
  void aPersonMayStillRollBackButNotPauseOrStop() {
    assertThat(moved(Transitions.after(waiting, new Command.RollBack("ann", ""), at(20))).share())
        .isEqualTo(Share.NONE);
    assertThat(Transitions.after(waiting, new Command.Pause("ann", "x"), at(20)))
        .isInstanceOf(Answer.Refused.class);
    assertThat(Transitions.after(waiting, new Command.Stop("ann", "x"), at(20)))
        .isInstanceOf(Answer.Refused.class);
  }

  @Test
  void whatIsOverStaysOver() {
    Rollout running = running(PLAN).with(sight(3, harmful(ERRORS)));
    Stream<Rollout> over =
        Stream.of(
            next(running, 3).orElseThrow().next(),
            moved(Transitions.after(waiting, Rollouts.PROMOTE, at(20))),
            next(waiting.with(mismatch(sight(20, safe(ERRORS)))), 20).orElseThrow().next(),
            moved(Transitions.after(running, new Command.Stop("ann", "x"), at(3))));

    assertThat(over)
        .allSatisfy(
            rollout -> {
              assertThat(rollout.state().isFinal()).isTrue();
              assertThat(next(rollout.with(sight(30, harmful(ERRORS))), 99_999)).isEmpty();
              assertThat(next(rollout.with(sight(30, safe(ERRORS))), 99_999)).isEmpty();
              assertThat(commands())
                  .allSatisfy(
                      command ->
                          assertThat(Transitions.after(rollout, command, at(99)))
                              .isInstanceOf(Answer.Refused.class));
              assertThat(Transitions.on(rollout, new Report.ActuatorRefused("x"), at(99)))
                  .isEmpty();
            });
  }

  private static List<Command> commands() {
    return List.of(
        new Command.Start("ann", "x"),
        new Command.Pause("ann", "x"),
        new Command.Resume("ann", "x"),
        new Command.Promote("ann", "x"),
        new Command.RollBack("ann", "x"),
        new Command.Stop("ann", "x"),
        new Command.Delete("ann", "x"));
  }
}
