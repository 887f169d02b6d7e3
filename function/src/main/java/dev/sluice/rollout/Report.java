package dev.sluice.rollout;

/// What the runtime says about a rollout. It may be said again: only the first time counts.
public sealed interface Report {
  /// Every instance has the canary loaded and warmed.
  record Loaded() implements Report {}

  record LoadFailed(String text) implements Report {}

  record ActuatorRefused(String text) implements Report {}

  record ActuatorObeyed() implements Report {}

  record EvidenceUnreadable(String text) implements Report {}

  record EvidenceRead() implements Report {}
}
