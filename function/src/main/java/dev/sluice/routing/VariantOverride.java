package dev.sluice.routing;

/// Which variant a header asks for. Whether the caller may ask is decided before.
public sealed interface VariantOverride {
  /// None; the split decides.
  record None() implements VariantOverride {}

  /// The version in this role.
  record ToRole(Role role) implements VariantOverride {}

  /// The canary, else the second configured version.
  record Debug() implements VariantOverride {}

  /// A version by its name.
  record Named(String version) implements VariantOverride {}

  /// What the text of an `X-Model-Variant` header asks for: `stable`, `canary`, or a version.
  static VariantOverride parse(String text) {
    return switch (text) {
      case "stable" -> new ToRole(Role.STABLE);
      case "canary" -> new ToRole(Role.CANARY);
      default -> new Named(text);
    };
  }
}
