package dev.sluice.announce;

import dev.sluice.control.Change;
import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Note;
import dev.sluice.rollout.Phase;
import dev.sluice.routing.Share;
import java.util.Locale;
import java.util.Optional;

/// What is announced: every end of a rollout, every stop that waits for a person, and whatever
/// would have been one if it had been allowed.
public enum Kind {
  /// The canary has everything; the code says whether that was proven.
  PROMOTED,
  /// The canary has nothing.
  ROLLED_BACK,
  /// It could not be found out: not loaded, no evidence, traffic that does not obey.
  FAILED,
  /// The assignments do not follow the share: the experiment is broken, not the model.
  SPLIT_MISMATCH,
  /// Time is up without proof: over, or waiting for a person.
  UNDECIDED,
  /// Over with its results, or proven and waiting for a person to promote it.
  COMPLETED,
  /// Harm was proven: the canary has nothing and waits for a person.
  PAUSED_FOR_HARM,
  /// A guard that only alerts proved harm.
  ALERT,
  WOULD_PAUSE,
  WOULD_COMPLETE,
  WOULD_PROMOTE,
  WOULD_ROLL_BACK,
  WOULD_FAIL;

  /// What the wire calls it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What a change is announced as; empty for steps on the way and for what is only remembered.
  static Optional<Kind> of(Change change) {
    return switch (change.kind()) {
      case MOVED -> moved(change);
      case NOTED -> change.said().flatMap(Kind::said);
    };
  }

  private static Optional<Kind> moved(Change change) {
    Phase to =
        Phase.of(change.to())
            .orElseThrow(() -> new IllegalArgumentException("no state: " + change.to()));
    return switch (to) {
      case DRAFT, STARTING, RUNNING -> Optional.empty();
      case PAUSED -> paused(change);
      case COMPLETED ->
          Optional.of(change.cause().code() == Cause.Code.NOT_PROVEN ? UNDECIDED : COMPLETED);
      case PROMOTED -> Optional.of(PROMOTED);
      case ROLLED_BACK -> Optional.of(ROLLED_BACK);
      case FAILED ->
          Optional.of(
              change.cause().code() == Cause.Code.SAMPLE_RATIO_MISMATCH ? SPLIT_MISMATCH : FAILED);
    };
  }

  // What a person paused is known to people.
  private static Optional<Kind> paused(Change change) {
    if (change.cause().code() == Cause.Code.NOT_PROVEN) {
      return Optional.of(UNDECIDED);
    }
    // A step back for harm of what is paused already keeps some traffic, and is no stop.
    boolean takenAway = change.cause().harmful() && change.toShare().equals(Share.NONE);
    return takenAway ? Optional.of(PAUSED_FOR_HARM) : Optional.empty();
  }

  private static Optional<Kind> said(Note.Kind note) {
    return switch (note) {
      case ALERT -> Optional.of(ALERT);
      case WOULD_MOVE -> Optional.empty();
      case WOULD_PAUSE -> Optional.of(WOULD_PAUSE);
      case WOULD_COMPLETE -> Optional.of(WOULD_COMPLETE);
      case WOULD_PROMOTE -> Optional.of(WOULD_PROMOTE);
      case WOULD_ROLL_BACK -> Optional.of(WOULD_ROLL_BACK);
      case WOULD_FAIL -> Optional.of(WOULD_FAIL);
    };
  }
}
