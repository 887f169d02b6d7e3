package dev.sluice.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sluice.routing.CanaryTraffic;
import dev.sluice.routing.Shadow;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import dev.sluice.routing.Strategy;
import dev.sluice.routing.Weighted;
import dev.sluice.routing.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/// The body of `POST /admin/config`: what is to change in one model's split; everything else stays.
///
/// @param model which model; the default model when it is not said
/// @param weights by version, as people write them; empty when they stay
record ConfigChange(
    Optional<String> model,
    Map<String, Double> weights,
    Optional<CanaryTraffic> canary,
    Optional<Boolean> shadowEnabled,
    OptionalDouble shadowSample,
    Optional<Strategy> strategy) {

  /// Reads the members between the braces; the parser stands on the opening one.
  static ConfigChange read(JsonParser json) throws IOException, BadBody {
    Optional<String> model = Optional.empty();
    var weights = new LinkedHashMap<String, Double>();
    Optional<CanaryTraffic> canary = Optional.empty();
    Optional<Boolean> shadow = Optional.empty();
    OptionalDouble sample = OptionalDouble.empty();
    Optional<Strategy> strategy = Optional.empty();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String member = json.currentName();
      json.nextToken();
      switch (member) {
        case "model" -> model = Optional.of(text(json, "/model"));
        case "ab_weight_a" -> put(weights, "A", number(json, "/ab_weight_a"));
        case "ab_weight_b" -> put(weights, "B", number(json, "/ab_weight_b"));
        case "weights" -> {
          if (!weights.isEmpty()) {
            throw both();
          }
          weights.putAll(weights(json));
        }
        case "canary_enabled" ->
            canary =
                Optional.of(
                    truth(json, "/canary_enabled")
                        ? CanaryTraffic.ENABLED
                        : CanaryTraffic.DISABLED);
        case "shadow_enabled" -> shadow = Optional.of(truth(json, "/shadow_enabled"));
        case "shadow_sample" -> sample = OptionalDouble.of(fraction(json, "/shadow_sample"));
        case "routing_strategy" -> strategy = Optional.of(strategy(json));
        default ->
            throw new BadBody(
                "",
                "unknown member; known here: model, ab_weight_a, ab_weight_b, weights,"
                    + " canary_enabled, shadow_enabled, shadow_sample, routing_strategy");
      }
    }
    return new ConfigChange(model, weights, canary, shadow, sample, strategy);
  }

  private static void put(Map<String, Double> weights, String version, double weight)
      throws BadBody {
    if (weights.putIfAbsent(version, weight) != null) {
      throw both();
    }
  }

  private static BadBody both() {
    return new BadBody("", "weights, or ab_weight_a and ab_weight_b, but not both");
  }

  /// The split after the change.
  ///
  /// @throws BadBody when the weights do not fit the split's versions
  Split applied(Split split) throws BadBody {
    Split next = weights.isEmpty() ? split : reweighted(split);
    next = canary.map(next::withCanaryTraffic).orElse(next);
    next = strategy.map(next::withStrategy).orElse(next);
    return next.withShadow(shadow(next.shadow()));
  }

  private Split reweighted(Split split) throws BadBody {
    List<String> names = split.versions().stream().map(Weighted::version).toList();
    if (!weights.keySet().equals(Set.copyOf(names))) {
      throw new BadBody(
          "",
          "weights are needed for all of " + names + " and no others; " + weights.size() + " came");
    }
    var ordered = new ArrayList<Double>();
    names.forEach(name -> ordered.add(weights.getOrDefault(name, 0.0)));
    try {
      List<Share> shares = Weights.normalise(ordered);
      var versions = new ArrayList<Weighted>();
      for (int i = 0; i < names.size(); i++) {
        versions.add(new Weighted(names.get(i), shares.get(i)));
      }
      return split.withVersions(versions);
    } catch (IllegalArgumentException wrong) {
      throw new BadBody("", String.valueOf(wrong.getMessage()));
    }
  }

  private Shadow shadow(Shadow now) {
    Share sampleNow =
        switch (now) {
          case Shadow.Off off -> Share.ALL;
          case Shadow.Sample(Share share) -> share;
        };
    boolean on = shadowEnabled.orElse(now instanceof Shadow.Sample);
    Share sample =
        shadowSample.isPresent() ? Share.ofFraction(shadowSample.getAsDouble()) : sampleNow;
    return on ? new Shadow.Sample(sample) : new Shadow.Off();
  }

  private static Map<String, Double> weights(JsonParser json) throws IOException, BadBody {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new BadBody("/weights", "an object from version to weight is expected");
    }
    var weights = new LinkedHashMap<String, Double>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String version = json.currentName();
      json.nextToken();
      weights.put(version, number(json, "/weights"));
    }
    return weights;
  }

  private static Strategy strategy(JsonParser json) throws IOException, BadBody {
    try {
      return Strategy.parse(text(json, "/routing_strategy"));
    } catch (IllegalArgumentException unknown) {
      throw new BadBody(
          "/routing_strategy", "one of sticky, hash, weighted-random, round-robin is expected");
    }
  }

  private static String text(JsonParser json, String pointer) throws IOException, BadBody {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw new BadBody(pointer, "a string is expected");
    }
    return json.getText();
  }

  private static boolean truth(JsonParser json, String pointer) throws BadBody {
    return switch (json.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw new BadBody(pointer, "true or false is expected");
    };
  }

  private static double fraction(JsonParser json, String pointer) throws IOException, BadBody {
    double value = number(json, pointer);
    if (value < 0 || value > 1) {
      throw new BadBody(pointer, "a fraction, 0 to 1, is expected");
    }
    return value;
  }

  private static double number(JsonParser json, String pointer) throws IOException, BadBody {
    if (!json.currentToken().isNumeric() || !Double.isFinite(json.getDoubleValue())) {
      throw new BadBody(pointer, "a number is expected");
    }
    return json.getDoubleValue();
  }
}
