package dev.sluice.routing;

/// Whether the canary takes part in the split. Overrides and shadow copies reach it either way.
public enum CanaryTraffic {
  /// The canary gets what its weight says.
  ENABLED,
  /// The canary gets no weighted traffic, whatever its weight says; the others share it in
  /// proportion.
  DISABLED
}
