package dev.sluice.control;

import dev.sluice.rollout.Rollout;

/// Moves traffic outside of the processes. Told the share in every tick, whether it changed or not,
/// so that what failed is repeated and what somebody else changed is put right.
public interface Actuator {
  /// Makes it so. Idempotent.
  ///
  /// @param current asked between the look and the move: whoever was held up for so long that
  ///     others have decided since must not undo it
  /// @throws Refused when it is not so afterwards
  void apply(Rollout rollout, Current current) throws Refused;

  /// The same for whoever cannot be outdone: what is taken away may be taken at any time.
  default void apply(Rollout rollout) throws Refused {
    apply(rollout, () -> true);
  }

  /// Whether what is to be done is still what is written.
  interface Current {
    boolean holds();
  }

  /// Traffic is not where it should be.
  final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    public Refused(String message) {
      super(message);
    }
  }
}
