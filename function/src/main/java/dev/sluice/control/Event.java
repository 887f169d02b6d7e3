package dev.sluice.control;

import dev.sluice.experiment.Window;
import dev.sluice.rollout.Command;
import dev.sluice.rollout.Report;
import java.util.List;

/// What happened to a rollout. Together with the moment it says all that a decision rests on, so
/// that the decision can be made again.
public sealed interface Event {
  /// It was written down.
  record Created(RolloutRecord draft) implements Event {}

  /// Time passed, and these windows were closed; there may be none.
  record Judged(List<Window> windows) implements Event {
    public Judged {
      windows = List.copyOf(windows);
    }
  }

  /// A person said something.
  record Commanded(Command command) implements Event {}

  /// The runtime said something.
  record Reported(Report report) implements Event {}
}
