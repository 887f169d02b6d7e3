package dev.sluice.backtest;

import dev.sluice.rollout.State;

/// How a run ended.
public enum End {
  /// The canary became stable; or, where a person has the last word, it was proven safe for that.
  PROMOTED,
  /// Harm took the canary's traffic, for good or until a person decides.
  ROLLED_BACK,
  /// Time was up, and neither was proven.
  UNDECIDED,
  /// The experiment was found broken, or nothing could be found out.
  FAILED;

  /// Of a state in which the canary gets nothing more by itself; UNDECIDED where it still might.
  static End of(State state) {
    return switch (state) {
      case State.Draft draft -> UNDECIDED;
      case State.Starting starting -> UNDECIDED;
      case State.Running running -> UNDECIDED;
      case State.Paused paused -> paused.cause().harmful() ? ROLLED_BACK : UNDECIDED;
      case State.Completed completed -> completed.waiting() ? PROMOTED : UNDECIDED;
      case State.Promoted promoted -> PROMOTED;
      case State.RolledBack rolledBack -> rolledBack.cause().harmful() ? ROLLED_BACK : UNDECIDED;
      case State.Failed failed -> FAILED;
    };
  }

  /// Whether a run ends in this state.
  static boolean reached(State state) {
    return switch (state) {
      case State.Draft draft -> false;
      case State.Starting starting -> false;
      case State.Running running -> false;
      case State.Paused paused -> true;
      case State.Completed completed -> true;
      case State.Promoted promoted -> true;
      case State.RolledBack rolledBack -> true;
      case State.Failed failed -> true;
    };
  }
}
