package dev.sluice.routing;

import java.util.Optional;

/// Which variant answers, or that there is none.
public sealed interface Routed {
  /// The version that answers.
  ///
  /// @param shadow the version that gets a copy, whose answer is thrown away
  /// @param minted the id of a new caller, to be put into a cookie: this request was assigned by it
  record Route(String primary, Optional<String> shadow, Reason reason, Optional<StickyId> minted)
      implements Routed {}

  /// The override asks for a variant that the model does not have.
  record NoSuchVariant(String model, VariantOverride override) implements Routed {}

  /// Nothing of this name is routed.
  record NoSuchModel(String model) implements Routed {}
}
