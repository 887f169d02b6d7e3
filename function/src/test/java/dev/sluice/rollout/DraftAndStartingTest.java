package dev.sluice.rollout;

import static dev.sluice.rollout.Rollouts.PLAN;
import static dev.sluice.rollout.Rollouts.START;
import static dev.sluice.rollout.Rollouts.at;
import static dev.sluice.rollout.Rollouts.draft;
import static dev.sluice.rollout.Rollouts.moved;
import static dev.sluice.rollout.Rollouts.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.routing.Share;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Before the canary has traffic.
class DraftAndStartingTest {
  private final Rollout draft = draft(PLAN);
  private final Rollout starting =
      moved(Transitions.after(draft, new Command.Start("ann", "new weights"), START));

  @Test
  void aDraftWaitsForAPerson() {
    assertThat(next(draft, 1_000_000)).isEmpty();
    assertThat(draft.share()).isEqualTo(Share.NONE);
  }

  @Test
  void aDraftIsStartedByAPersonWithAName() {
    var answer = Transitions.after(draft, new Command.Start("ann", "new weights"), START);

    assertThat(((Answer.Accepted) answer).decision().cause())
        .isEqualTo(new Cause(new Cause.Actor.Person("ann"), Cause.Code.STARTED, "new weights"));
    assertThat(starting.state()).isEqualTo(new State.Starting(START));
    assertThat(starting.share()).isEqualTo(Share.NONE);
  }

  @Test
  void aDraftIsDeletedAndNothingElseIs() {
    var delete = new Command.Delete("ann", "");

    assertThat(Transitions.after(draft, delete, START)).isInstanceOf(Answer.Deleted.class);
    assertThat(Transitions.after(starting, delete, START)).isInstanceOf(Answer.Refused.class);
  }

  @Test
  void aDraftKnowsNoOtherCommand() {
    List<Command> others =
        List.of(
            new Command.Pause("ann", "x"),
            new Command.Resume("ann", "x"),
            new Command.Promote("ann", "x"),
            new Command.RollBack("ann", "x"),
            new Command.Stop("ann", "x"));

    assertThat(others)
        .allSatisfy(
            command ->
                assertThat(Transitions.after(draft, command, START))
                    .isInstanceOf(Answer.Refused.class));
  }

  @Test
  void aFaultyPlanMakesNoDraft() {
    assertThatThrownBy(() -> draft(PLAN.withGuards(List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("comparable");
  }

  @Test
  void runsItsFirstStepOnceLoaded() {
    Rollout running = Transitions.on(starting, new Report.Loaded(), at(2)).orElseThrow().next();

    assertThat(running.state()).isEqualTo(new State.Running(new Stay(0, at(2), 0, 0)));
    assertThat(running.share()).isEqualTo(Share.ofPercent(5));
    assertThat(running.term()).contains(Term.beginning(at(2)));
  }

  @Test
  void failsWhenTheCanaryCannotBeLoaded() {
    var decision =
        Transitions.on(starting, new Report.LoadFailed("no such input"), at(2)).orElseThrow();

    assertThat(decision.next().state())
        .isEqualTo(new State.Failed(at(2), Cause.runtime(Cause.Code.LOAD_FAILED, "no such input")));
  }

  @Test
  void failsWhenTheStartDeadlinePasses() {
    assertThat(next(starting, 4)).isEmpty();

    var decision = next(starting, 5).orElseThrow();

    assertThat(decision.next().state()).isInstanceOf(State.Failed.class);
    assertThat(decision.cause().actor()).isEqualTo(new Cause.Actor.Clock());
  }

  @Test
  void isRolledBackByAPersonWhileItLoads() {
    Rollout back = moved(Transitions.after(starting, new Command.RollBack("ann", ""), at(1)));

    assertThat(back.state()).isInstanceOf(State.RolledBack.class);
    assertThat(Transitions.on(back, new Report.Loaded(), at(2))).isEmpty();
  }

  @Test
  void isStoppedWithAReasonOnly() {
    assertThat(Transitions.after(starting, new Command.Stop("ann", " "), at(1)))
        .isInstanceOf(Answer.Refused.class);

    Rollout stopped =
        moved(Transitions.after(starting, new Command.Stop("ann", "wrong file"), at(1)));

    assertThat(stopped.state()).isInstanceOf(State.Completed.class);
    assertThat(stopped.share()).isEqualTo(Share.NONE);
  }

  @Test
  void isNeitherPausedNorPromotedBeforeItsFirstStep() {
    assertThat(Transitions.after(starting, new Command.Pause("ann", "x"), at(1)))
        .isInstanceOf(Answer.Refused.class);
    assertThat(Transitions.after(starting, new Command.Promote("ann", "x"), at(1)))
        .isInstanceOf(Answer.Refused.class);
    assertThat(Transitions.after(starting, new Command.Start("ann", "x"), at(1)))
        .isInstanceOf(Answer.Refused.class);
  }
}
