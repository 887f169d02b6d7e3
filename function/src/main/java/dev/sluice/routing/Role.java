package dev.sluice.routing;

/// What a version is in its model: what serves by default, or what is on trial.
public enum Role {
  STABLE,
  CANARY
}
