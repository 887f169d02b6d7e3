package dev.sluice.routing;

/// How a split turns shares into an assignment.
public sealed interface Strategy {
  /// Each request by chance.
  record WeightedRandom() implements Strategy {}

  /// By the caller key; a request without one by chance.
  record Hash() implements Strategy {}

  /// By the caller key, else by the id in the sticky cookie, else by a new id for a new cookie.
  record Sticky() implements Strategy {}

  /// In turn, as evenly interleaved as the shares allow.
  record RoundRobin() implements Strategy {}

  /// The strategy of this name in the settings.
  static Strategy parse(String text) {
    return switch (text) {
      case "weighted-random" -> new WeightedRandom();
      case "hash" -> new Hash();
      case "sticky" -> new Sticky();
      case "round-robin" -> new RoundRobin();
      default ->
          throw new IllegalArgumentException(
              "strategy must be one of weighted-random, hash, sticky, round-robin: " + text);
    };
  }

  /// The name in the settings.
  default String text() {
    return switch (this) {
      case WeightedRandom random -> "weighted-random";
      case Hash hash -> "hash";
      case Sticky sticky -> "sticky";
      case RoundRobin roundRobin -> "round-robin";
    };
  }
}
