package dev.sluice.routing;

/// By what a caller is known.
public sealed interface Key {
  /// By the caller key header.
  record Named(String text) implements Key {}

  /// By the id in a sticky cookie of ours.
  record Remembered(StickyId id) implements Key {}

  /// By nothing yet; the id is new and goes into a cookie if the assignment is made by it.
  record Fresh(StickyId id) implements Key {}

  /// By nothing, and no cookie can be set.
  record Anonymous() implements Key {}
}
