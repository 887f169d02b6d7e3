package dev.sluice.config;

import java.util.Map;
import java.util.function.Supplier;

/// A name that no other process has: those of one function have the same host names and process
/// ids, and the copies of a snapshot have the same memory. Thread-safe.
final class FreshName implements Supplier<String> {
  private final String function;
  private final FreshChance chance;
  private volatile String name;

  private FreshName(String function, FreshChance chance) {
    this.function = function;
    this.chance = chance;
    this.name = drawn(function, chance);
  }

  /// @param environment of the process: Lambda says there which function this is
  static FreshName of(Map<String, String> environment, FreshChance chance) {
    return new FreshName(
        "%s-%s"
            .formatted(
                environment.getOrDefault("AWS_LAMBDA_FUNCTION_NAME", "sluice"),
                environment.getOrDefault("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")),
        chance);
  }

  @Override
  public String get() {
    return name;
  }

  /// From now on another name than a copy of this would have.
  void anew() {
    name = drawn(function, chance);
  }

  private static String drawn(String function, FreshChance chance) {
    return "%s-%016x".formatted(function, chance.get().nextLong());
  }
}
