package dev.sluice.rollout;

import java.time.Instant;

/// Something that was found and not acted upon.
///
/// @param kind what would have happened
public record Note(Kind kind, Instant at, Cause cause) {

  /// What was only said.
  public enum Kind {
    /// A guard that alerts proved harm.
    ALERT,
    WOULD_MOVE,
    WOULD_PAUSE,
    WOULD_COMPLETE,
    WOULD_PROMOTE,
    WOULD_ROLL_BACK,
    WOULD_FAIL;

    static Kind would(State next) {
      return switch (next) {
        case State.Draft draft -> WOULD_MOVE;
        case State.Starting starting -> WOULD_MOVE;
        case State.Running running -> WOULD_MOVE;
        case State.Paused paused -> WOULD_PAUSE;
        case State.Completed completed -> WOULD_COMPLETE;
        case State.Promoted promoted -> WOULD_PROMOTE;
        case State.RolledBack rolledBack -> WOULD_ROLL_BACK;
        case State.Failed failed -> WOULD_FAIL;
      };
    }
  }
}
