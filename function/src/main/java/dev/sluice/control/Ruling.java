package dev.sluice.control;

import dev.sluice.rollout.RolloutId;
import java.util.List;
import java.util.Optional;

/// What becomes of what a person asked for.
public sealed interface Ruling {
  /// It is written.
  ///
  /// @param repeated whether the same request had done it before
  record Done(RolloutRecord record, Repeated repeated) implements Ruling {}

  /// A draft is forgotten.
  record Deleted(RolloutId id) implements Ruling {}

  /// Standing splits are written.
  record Settled(Settings settings) implements Ruling {}

  /// There is no such thing.
  record Unknown(String what) implements Ruling {}

  /// It does not go with how things are.
  ///
  /// @param current what is in the way
  /// @param possible what may be said to it instead
  record Conflict(String reason, Optional<RolloutRecord> current, List<Verb> possible)
      implements Ruling {
    /// Each try came after somebody else's.
    static final Conflict OUTRUN = of("somebody else writes all the time; try again");

    static Conflict of(String reason) {
      return new Conflict(reason, Optional.empty(), List.of());
    }
  }

  /// It can never be done as it stands.
  ///
  /// @param pointer into the request, as in RFC 6901
  record Invalid(String pointer, String reason) implements Ruling {}

  /// The same key was used for something else.
  record KeyReused(String key) implements Ruling {}

  /// Whether a request was the first of its key.
  enum Repeated {
    FIRST,
    AGAIN
  }
}
