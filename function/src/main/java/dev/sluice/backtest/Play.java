package dev.sluice.backtest;

import dev.sluice.experiment.Evidence;
import dev.sluice.experiment.Judge;
import dev.sluice.experiment.Window;
import dev.sluice.rollout.Answer;
import dev.sluice.rollout.Command;
import dev.sluice.rollout.Decision;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.RolloutId;
import dev.sluice.rollout.Transitions;
import dev.sluice.routing.Share;
import java.time.Instant;
import java.util.Optional;

/// A rollout that is played with windows that somebody gives: the real judge and the real
/// transitions, without a store, a clock or traffic of their own.
///
/// @param evidence of the windows so far
public record Play(Judge judge, Rollout rollout, Evidence evidence) {

  /// One window further.
  ///
  /// @param decision what followed from the window
  public record Turn(Play next, Optional<Decision> decision) {}

  /// A rollout of a plan whose versions are loaded: it stands at its first step.
  ///
  /// @throws IllegalArgumentException when the plan has faults
  public static Play begin(Plan plan, Judge judge, Instant now) {
    Rollout draft = Rollout.draft(new RolloutId("backtest"), "model", "stable", "canary", plan);
    Rollout starting =
        switch (Transitions.after(draft, new Command.Start("backtest", ""), now)) {
          case Answer.Accepted(Decision decision) -> decision.next();
          case Answer.Deleted deleted -> throw new IllegalStateException("a start deletes nothing");
          case Answer.Refused(String reason) -> throw new IllegalArgumentException(reason);
        };
    Rollout running =
        Transitions.on(starting, new Report.Loaded(), now).map(Decision::next).orElse(starting);
    return new Play(judge, running, judge.start());
  }

  /// After a window that counts.
  public Turn after(Window window) {
    Evidence next = judge.after(evidence, window);
    Rollout seen = rollout.seeing(judge, next, window.end());
    Optional<Decision> decision = Transitions.next(seen, window.end());
    return new Turn(new Play(judge, decision.map(Decision::next).orElse(seen), next), decision);
  }

  public Share share() {
    return rollout.share();
  }

  /// Whether nothing more happens without a person.
  public boolean over() {
    return End.reached(rollout.state());
  }
}
