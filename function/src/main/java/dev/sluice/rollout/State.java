package dev.sluice.rollout;

import dev.sluice.statistics.Verdict;
import java.time.Instant;
import java.util.Optional;

/// Where a rollout is in its life.
///
///     Draft --> Starting --> Running(0) --> Running(1) ... --> Promoted
///                             |    ^              |               ^
///                             v    |              v               |
///                             Paused          Completed(SAFE) ----+
///
///     from wherever the canary may have traffic, and from Starting:
///       harm, or a person       --> RolledBack
///       nothing could be found  --> Failed
///       time is up, or a person --> Paused, Completed
public sealed interface State {
  /// Written down.
  record Draft() implements State {}

  /// The canary is being loaded.
  record Starting(Instant since) implements State {}

  /// The canary has its step's share.
  record Running(Stay stay) implements State {}

  /// A person decides: the share is held, or taken away where harm was proven.
  record Paused(Stay stay, Instant at, Cause cause) implements State {}

  /// Over with its results, or proven and waiting for a person to promote it.
  ///
  /// @param verdict the results in a word
  record Completed(Stay stay, Verdict verdict, Instant at, Cause cause) implements State {

    /// Whether it is proven safe and only a person's word is missing. What was stopped keeps its
    /// verdict and gets no traffic.
    public boolean waiting() {
      return verdict == Verdict.SAFE && cause.code() == Cause.Code.PROVEN_SAFE;
    }
  }

  /// The canary is the stable version.
  record Promoted(Instant at, Cause cause) implements State {}

  /// The canary is bad, or a person said so.
  record RolledBack(Instant at, Cause cause) implements State {}

  /// It could not be found out.
  record Failed(Instant at, Cause cause) implements State {}

  /// Whether nothing follows any more.
  default boolean isFinal() {
    return switch (this) {
      case Draft draft -> false;
      case Starting starting -> false;
      case Running running -> false;
      case Paused paused -> false;
      case Completed completed -> !completed.waiting();
      case Promoted promoted -> true;
      case RolledBack rolledBack -> true;
      case Failed failed -> true;
    };
  }

  /// The step it stands at, or stood at when it completed.
  default Optional<Stay> place() {
    return switch (this) {
      case Draft draft -> Optional.empty();
      case Starting starting -> Optional.empty();
      case Running running -> Optional.of(running.stay());
      case Paused paused -> Optional.of(paused.stay());
      case Completed completed -> Optional.of(completed.stay());
      case Promoted promoted -> Optional.empty();
      case RolledBack rolledBack -> Optional.empty();
      case Failed failed -> Optional.empty();
    };
  }

  /// What it is called, without what is in it.
  default Phase phase() {
    return switch (this) {
      case Draft draft -> Phase.DRAFT;
      case Starting starting -> Phase.STARTING;
      case Running running -> Phase.RUNNING;
      case Paused paused -> Phase.PAUSED;
      case Completed completed -> Phase.COMPLETED;
      case Promoted promoted -> Phase.PROMOTED;
      case RolledBack rolledBack -> Phase.ROLLED_BACK;
      case Failed failed -> Phase.FAILED;
    };
  }

  /// What people and the wire call it.
  default String word() {
    return phase().word();
  }
}
