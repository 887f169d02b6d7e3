package dev.sluice.statistics;

/// What counts as one independent observation. The proofs need independence, and the requests of
/// one caller are alike.
public enum Units {
  /// Requests, until an arm has 5 % or more of returning callers in a used window; dispersed from
  /// then on.
  AUTO,
  /// A request: exact where each request is routed by chance.
  REQUEST,
  /// A caller, once: exact for callers that live in one window, and weak.
  CALLER,
  /// A request, with the evidence divided by the dispersion over groups of callers.
  DISPERSED
}
