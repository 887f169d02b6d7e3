package dev.sluice.control;

import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.State;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import java.util.Optional;

/// What a rollout's end leaves behind: from then on the standing split says who serves, and later
/// settings may change it again.
final class Endings {
  private Endings() {}

  /// The settings that are to be written together with a rollout that is over; empty while it is
  /// not, or where they say so already.
  static Optional<Settings> of(RolloutRecord record, Settings settings) {
    Rollout rollout = record.rollout();
    return settings
        .split(record.model())
        .flatMap(split -> after(rollout, split).filter(next -> !next.equals(split)))
        .map(next -> settings.written(record.model(), next));
  }

  private static Optional<Split> after(Rollout rollout, Split split) {
    return switch (rollout.state()) {
      case State.Draft draft -> Optional.empty();
      case State.Starting starting -> Optional.empty();
      case State.Running running -> Optional.empty();
      case State.Paused paused -> Optional.empty();
      case State.Completed done ->
          done.waiting() ? Optional.empty() : Optional.of(split.onStable());
      case State.Promoted promoted ->
          split.stable().equals(rollout.canary())
              ? Optional.of(split.onStable())
              : split.trying(rollout.canary(), Share.ALL).promoted();
      case State.RolledBack rolledBack -> Optional.of(split.onStable());
      case State.Failed failed -> Optional.of(split.onStable());
    };
  }
}
