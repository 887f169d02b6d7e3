package dev.sluice.routing;

/// Whether the canary gets copies of what stable answers; their answers are thrown away.
public sealed interface Shadow {
  /// No copies.
  record Off() implements Shadow {}

  /// Copies of this part of the requests that stable answers.
  record Sample(Share share) implements Shadow {}
}
