package dev.sluice.rollout;

/// What follows for a rollout. To be written before it is acted upon.
public sealed interface Decision {
  Rollout next();

  Cause cause();

  /// It is in another state, or at another step.
  record Moved(Rollout next, Cause cause) implements Decision {}

  /// It stays where it is and remembers something: a trouble, an extension, an alert, what it would
  /// have done.
  record Noted(Rollout next, Cause cause) implements Decision {}
}
