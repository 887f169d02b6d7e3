package dev.sluice.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What follows for a rollout: from what is seen, from what a person says and from what the runtime
/// reports.
///
/// A function of values, so that recorded windows always lead to the same states again.
public final class Transitions {
  private Transitions() {}

  /// What the judge and the clock make of a rollout now.
  public static Optional<Decision> next(Rollout rollout, Instant now) {
    return switch (rollout.state()) {
      case State.Draft draft -> Optional.empty();
      case State.Starting starting -> starting(rollout, starting, now);
      case State.Running running -> Trial.next(rollout, running.stay(), now);
      case State.Paused paused -> Trial.next(rollout, paused.stay(), now);
      case State.Completed completed -> completed(rollout, completed, now);
      case State.Promoted promoted -> Optional.empty();
      case State.RolledBack rolledBack -> Optional.empty();
      case State.Failed failed -> Optional.empty();
    };
  }

  /// What becomes of a person's command.
  public static Answer after(Rollout rollout, Command command, Instant now) {
    return new Orders(rollout, now).answer(command);
  }

  /// What follows from a report.
  public static Optional<Decision> on(Rollout rollout, Report report, Instant now) {
    return new Reports(rollout, now).heard(report);
  }

  private static Optional<Decision> starting(
      Rollout rollout, State.Starting starting, Instant now) {
    Duration allowed = rollout.plan().terms().startDeadline();
    if (Duration.between(starting.since(), now).compareTo(allowed) < 0) {
      return Optional.empty();
    }
    Cause cause =
        Cause.clock(Cause.Code.START_DEADLINE, "not loaded within " + Words.duration(allowed));
    return Optional.of(new Decision.Moved(rollout.with(new State.Failed(now, cause)), cause));
  }

  private static Optional<Decision> completed(
      Rollout rollout, State.Completed completed, Instant now) {
    return completed.waiting() ? Trial.next(rollout, completed.stay(), now) : Optional.empty();
  }
}
