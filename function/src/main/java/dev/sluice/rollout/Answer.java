package dev.sluice.rollout;

/// What becomes of a person's command.
public sealed interface Answer {
  /// It is done once it is written.
  record Accepted(Decision decision) implements Answer {}

  /// There is nothing left to write.
  record Deleted(Cause cause) implements Answer {}

  /// It is not done.
  record Refused(String reason) implements Answer {}
}
