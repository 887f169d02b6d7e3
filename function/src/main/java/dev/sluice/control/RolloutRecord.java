package dev.sluice.control;

import dev.sluice.experiment.Evidence;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.RolloutId;
import dev.sluice.rollout.State;

/// All that is kept of a rollout, in one write: its state and the evidence for it cannot disagree,
/// so a window counts once whoever takes it.
public record RolloutRecord(About about, Rollout rollout, Evidence evidence, Results results) {

  /// A rollout that nobody has started.
  ///
  /// @throws IllegalArgumentException when the plan has faults
  public static RolloutRecord draft(
      About about, RolloutId id, String model, String stable, String canary, Plan plan) {
    return new RolloutRecord(
        about, Rollout.draft(id, model, stable, canary, plan), plan.judge().start(), Results.NONE);
  }

  public RolloutId id() {
    return rollout.id();
  }

  public String model() {
    return rollout.model();
  }

  public long revision() {
    return rollout.revision();
  }

  /// Whether it was started and is not over: it has the model for itself.
  public boolean active() {
    return started() && !rollout.state().isFinal();
  }

  private boolean started() {
    return switch (rollout.state()) {
      case State.Draft draft -> false;
      case State.Starting starting -> true;
      case State.Running running -> true;
      case State.Paused paused -> true;
      case State.Completed completed -> true;
      case State.Promoted promoted -> true;
      case State.RolledBack rolledBack -> true;
      case State.Failed failed -> true;
    };
  }

  RolloutRecord with(Rollout other) {
    return new RolloutRecord(about, other, evidence, results);
  }
}
