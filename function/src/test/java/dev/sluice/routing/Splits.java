package dev.sluice.routing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// Splits and requests for tests.
final class Splits {
  static final String MODEL = "digits";

  private Splits() {}

  static Split of(String stable, double weight, String canary, double canaryWeight) {
    SequencedMap<String, Double> weights = new LinkedHashMap<>();
    weights.put(stable, weight);
    weights.put(canary, canaryWeight);
    return Split.of(weights);
  }

  static Routes routes(Split split) {
    return Routes.of(Map.of(MODEL, split), 1);
  }

  static Ask ask(Key key, long draw) {
    return new Ask(MODEL, key, new VariantOverride.None(), draw);
  }

  static Ask named(String key) {
    return ask(new Key.Named(key), 0);
  }

  static Routed.Route route(Split split, Ask ask) {
    return route(routes(split), ask, new Turns());
  }

  static Routed.Route route(Routes routes, Ask ask, Turns turns) {
    return switch (routes.route(ask, turns)) {
      case Routed.Route route -> route;
      case Routed.NoSuchVariant none -> throw new AssertionError(none);
      case Routed.NoSuchModel none -> throw new AssertionError(none);
    };
  }
}
