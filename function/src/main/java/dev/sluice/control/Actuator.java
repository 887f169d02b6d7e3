package dev.sluice.control;

import dev.sluice.rollout.Rollout;

/// Moves traffic outside of the processes. Told the share in every tick, whether it changed or not,
/// so that what failed is repeated and what somebody else changed is put right.
public interface Actuator {
  /// Makes it so. Idempotent.
  ///
  /// @throws Refused when it is not so afterwards
  void apply(Rollout rollout) throws Refused;

  /// Traffic is not where it should be.
  final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    public Refused(String message) {
      super(message);
    }
  }
}
