package dev.sluice.control;

import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Note;
import dev.sluice.routing.Share;
import java.util.Optional;

/// What a decision changed, with the evidence as it was: what people read in history, logs, alerts
/// and webhooks, the same everywhere.
///
/// @param kind whether the rollout moved or only something was noted
/// @param from the state before, as the wire says it: `running`
/// @param to the state after
/// @param fromShare of the canary
/// @param sentence the rule, the value, the limit and the counts
/// @param said what was found and not acted upon; empty for what moved, and for what was only
///     remembered
public record Change(
    Kind kind,
    String from,
    String to,
    Share fromShare,
    Share toShare,
    Cause cause,
    String sentence,
    Optional<Note.Kind> said) {

  /// Whether the rollout moved.
  public enum Kind {
    /// To another state or step.
    MOVED,
    /// It stays where it is and remembers something.
    NOTED
  }
}
