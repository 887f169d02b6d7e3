package dev.sluice.rollout;

/// Whether a rollout was already given more time.
public enum Extension {
  NOT_USED,
  USED
}
