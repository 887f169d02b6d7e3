package dev.sluice.rollout;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The states without what is in them: what a [State] is called.
public enum Phase {
  DRAFT,
  STARTING,
  RUNNING,
  PAUSED,
  COMPLETED,
  PROMOTED,
  ROLLED_BACK,
  FAILED;

  /// What people and the wire call it.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Phase> of(String word) {
    return Arrays.stream(values()).filter(phase -> phase.word().equals(word)).findFirst();
  }
}
