package dev.sluice.rollout;

import java.util.Locale;

/// Who moved a rollout, and why.
///
/// @param code for programs
/// @param text for people: a person's reason, the names of guards, what the runtime said; may be
///     empty where the code says it all
public record Cause(Actor actor, Code code, String text) {

  /// Who decides.
  public sealed interface Actor {
    /// The evidence.
    record Judge() implements Actor {}

    /// Time that passed.
    record Clock() implements Actor {}

    /// The runtime: what loads versions, moves traffic and reads counters.
    record Platform() implements Actor {}

    /// Somebody with a name.
    record Person(String name) implements Actor {}

    /// What people and the wire call it.
    default String word() {
      return switch (this) {
        case Judge judge -> "judge";
        case Clock clock -> "clock";
        case Platform platform -> "runtime";
        case Person(String name) -> name;
      };
    }
  }

  /// Why.
  public enum Code {
    STARTED,
    LOADED,
    LOAD_FAILED,
    START_DEADLINE,
    PROVEN_SAFE,
    TIME,
    HARMFUL,
    SUSPICION,
    SAMPLE_RATIO_MISMATCH,
    CANARY_SILENT,
    ACTUATOR_REFUSES,
    EVIDENCE_UNREADABLE,
    RECOVERED,
    EXTENDED,
    NOT_PROVEN,
    PAUSED,
    RESUMED,
    PROMOTED,
    PROMOTED_UNPROVEN,
    ROLLED_BACK,
    STOPPED,
    DELETED;

    /// What the wire calls it.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Cause judge(Code code, String text) {
    return new Cause(new Actor.Judge(), code, text);
  }

  static Cause clock(Code code, String text) {
    return new Cause(new Actor.Clock(), code, text);
  }

  static Cause runtime(Code code, String text) {
    return new Cause(new Actor.Platform(), code, text);
  }

  static Cause person(String name, Code code, String text) {
    return new Cause(new Actor.Person(name), code, text);
  }

  /// Whether a guard proved harm: what was paused for it gets no traffic and cannot go on.
  public boolean harmful() {
    return code == Code.HARMFUL;
  }
}
