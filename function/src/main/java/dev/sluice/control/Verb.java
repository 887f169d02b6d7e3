package dev.sluice.control;

import dev.sluice.rollout.Answer;
import dev.sluice.rollout.Command;
import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.Transitions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What people may say to a rollout, as the wire says it.
public enum Verb {
  START,
  PAUSE,
  RESUME,
  PROMOTE,
  ROLLBACK,
  STOP,
  DELETE;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Verb> of(String word) {
    return Arrays.stream(values()).filter(verb -> verb.word().equals(word)).findFirst();
  }

  /// The command of a person.
  public Command by(String who, String reason) {
    return switch (this) {
      case START -> new Command.Start(who, reason);
      case PAUSE -> new Command.Pause(who, reason);
      case RESUME -> new Command.Resume(who, reason);
      case PROMOTE -> new Command.Promote(who, reason);
      case ROLLBACK -> new Command.RollBack(who, reason);
      case STOP -> new Command.Stop(who, reason);
      case DELETE -> new Command.Delete(who, reason);
    };
  }

  /// What would be done now, with a reason given.
  public static List<Verb> possible(Rollout rollout, Instant now) {
    return Arrays.stream(values())
        .filter(
            verb ->
                !(Transitions.after(rollout, verb.by("anybody", "any reason"), now)
                    instanceof Answer.Refused))
        .toList();
  }
}
