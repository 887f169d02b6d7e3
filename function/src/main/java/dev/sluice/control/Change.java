package dev.sluice.control;

import dev.sluice.rollout.Cause;
import dev.sluice.routing.Share;

/// What a decision changed, with the evidence as it was: what people read in history, logs, alerts
/// and webhooks, the same everywhere.
///
/// @param kind whether the rollout moved or only something was noted
/// @param from the state before, as the wire says it: `running`
/// @param to the state after
/// @param fromShare of the canary
/// @param sentence the rule, the value, the limit and the counts
public record Change(
    Kind kind,
    String from,
    String to,
    Share fromShare,
    Share toShare,
    Cause cause,
    String sentence) {

  /// Whether the rollout moved.
  public enum Kind {
    /// To another state or step.
    MOVED,
    /// It stays where it is and remembers something.
    NOTED
  }
}
