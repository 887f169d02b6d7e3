package dev.sluice.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.experiment.Events;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Values;
import dev.sluice.statistics.LatencyBuckets;
import dev.sluice.statistics.QuantileRule;
import dev.sluice.statistics.RateRule;
import dev.sluice.statistics.RatioRule;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What a guard tolerates, as JSON. Tolerances and rates are fractions, 0.1 being ten percent;
/// latencies are milliseconds.
final class RuleBody {
  /// What is compared with what.
  enum Kind {
    /// At most so many times stable's.
    RATIO,
    /// At most so many percent above stable's.
    PERCENTAGE,
    /// At most so much above stable's.
    DIFFERENCE,
    /// Better than stable's by so much.
    IMPROVEMENT,
    /// At most so much, whatever stable does.
    MAXIMUM,
    /// At least so much, whatever stable does.
    MINIMUM,
    /// Below a factor of stable's mean and an offset, each for harm and for safety.
    CONTRAST
  }

  private static final List<Kind> OF_EVENTS = List.of(Kind.RATIO, Kind.PERCENTAGE, Kind.MAXIMUM);
  private static final String QUANTILE = "latency_p([0-9]{1,2}(?:\\.[0-9]{1,4})?)";
  private static final String METRICS =
      "error_rate, success_rate, slower_than, loss, latency_p95 or another percentile,"
          + " latency_mean, score";
  private static final double USUAL_HARM = 1.10;
  private static final double USUAL_FLOOR = 0.001;
  private static final double LARGEST_RATIO = 1_000;
  private static final double LARGEST_TOLERANCE = 2;
  private static final double LARGEST_DISPERSION = 1_000_000;
  private static final double LONGEST_MS = 100_000;
  private static final double TINY = 1e-9;

  private RuleBody() {}

  /// Reads the rule among a guard's members.
  static Optional<Rule> read(String metric, Members guard) {
    return switch (metric) {
      case "error_rate" -> errors(guard);
      case "success_rate" -> success(guard);
      case "slower_than" -> slower(guard);
      case "loss" -> loss(guard);
      case "latency_mean" -> MeanBody.read(new Values.LatencySeconds(), guard);
      case "score" -> MeanBody.score(guard);
      default -> quantile(metric, guard);
    };
  }

  /// The kind of a guard's rule.
  ///
  /// @param fitting those that the metric can have
  static Optional<Kind> kind(Members guard, List<Kind> fitting) {
    guard.demand("kind");
    var words = new LinkedHashMap<String, Kind>();
    fitting.forEach(kind -> words.put(WireWords.of(kind), kind));
    return guard.choice("kind", words);
  }

  /// The name of a score, as feedback gives it.
  static Optional<String> score(Members guard) {
    guard.demand("score");
    Optional<String> name = guard.text("score", 64);
    if (name.isPresent() && !name.get().matches("[a-z][a-z0-9_]{0,63}")) {
      guard.fault("score", "must match [a-z][a-z0-9_]{0,63}");
      return Optional.empty();
    }
    return name;
  }

  static OptionalDouble demanded(Members guard, String name, double least, double most) {
    guard.demand(name);
    return guard.number(name, least, most);
  }

  private static Optional<Rule> errors(Members guard) {
    List<Kind> fitting =
        List.of(
            Kind.RATIO,
            Kind.PERCENTAGE,
            Kind.MAXIMUM,
            Kind.DIFFERENCE,
            Kind.IMPROVEMENT,
            Kind.CONTRAST);
    return kind(guard, fitting)
        .flatMap(
            kind ->
                switch (kind) {
                  case RATIO, PERCENTAGE, MAXIMUM, MINIMUM ->
                      counted(new Events.Errors(), guard, OF_EVENTS);
                  case DIFFERENCE, IMPROVEMENT, CONTRAST ->
                      MeanBody.read(new Values.Errors(), guard);
                });
  }

  private static Optional<Rule> success(Members guard) {
    Optional<Kind> kind = kind(guard, List.of(Kind.MINIMUM));
    OptionalDouble bound = demanded(guard, "bound", TINY, 1 - TINY);
    return kind.isPresent() && bound.isPresent()
        ? Optional.of(
            new Rule.Maximum(new Events.Errors(), RateRule.of(Decimals.rest(bound.getAsDouble()))))
        : Optional.empty();
  }

  private static Optional<Rule> loss(Members guard) {
    Optional<String> score = score(guard);
    return counted(new Events.Loss(score.orElse("unknown")), guard, OF_EVENTS)
        .filter(rule -> score.isPresent());
  }

  private static Optional<Rule> slower(Members guard) {
    OptionalDouble limit = demanded(guard, "limit_ms", TINY, LONGEST_MS);
    return counted(new Events.SlowerThan(bucket(limit.orElse(1))), guard, OF_EVENTS)
        .filter(rule -> limit.isPresent());
  }

  private static int bucket(double limitMs) {
    return LatencyBuckets.ofMicros(Decimals.moved(limitMs, 3));
  }

  private static Optional<Rule> counted(Events events, Members guard, List<Kind> fitting) {
    return kind(guard, fitting)
        .flatMap(
            kind ->
                switch (kind) {
                  case RATIO -> ratio(guard).map(rule -> new Rule.Ratio(events, rule));
                  case PERCENTAGE -> percentage(guard).map(rule -> new Rule.Ratio(events, rule));
                  case MAXIMUM -> maximum(guard).map(rule -> new Rule.Maximum(events, rule));
                  case DIFFERENCE, IMPROVEMENT, MINIMUM, CONTRAST -> Optional.empty();
                });
  }

  private static Optional<RatioRule> ratio(Members guard) {
    OptionalDouble safe = demanded(guard, "safe", TINY, LARGEST_RATIO);
    double harm =
        guard
            .number("harm", TINY, LARGEST_RATIO)
            .orElse(Math.min(USUAL_HARM, Math.max(1, safe.orElse(1))));
    double floor = guard.number("floor", 0, 1 - TINY).orElse(USUAL_FLOOR);
    double scale = guard.number("scale", TINY, 100).orElse(RatioRule.DEFAULT_SCALE);
    double phi = dispersion(guard);
    if (safe.isEmpty()) {
      return Optional.empty();
    }
    // Below 1 it demands an improvement, and what is in between is neither.
    if (safe.getAsDouble() >= 1 && harm > safe.getAsDouble()) {
      guard.fault(
          "harm", "must not be above safe: between them neither harm nor safety is ever proven");
      return Optional.empty();
    }
    return Optional.of(
        new RatioRule(
            harm,
            safe.getAsDouble(),
            floor,
            scale,
            phi,
            RatioRule.of(harm, safe.getAsDouble(), floor).units()));
  }

  private static double dispersion(Members guard) {
    return guard.number("dispersion", 1, LARGEST_DISPERSION).orElse(1);
  }

  private static Optional<RatioRule> percentage(Members guard) {
    OptionalDouble tolerance = demanded(guard, "tolerance", 0, LARGEST_TOLERANCE);
    return tolerance.isPresent()
        ? Optional.of(RatioRule.percentage(tolerance.getAsDouble()))
        : Optional.empty();
  }

  private static Optional<RateRule> maximum(Members guard) {
    OptionalDouble bound = demanded(guard, "bound", TINY, 1 - TINY);
    double phi = dispersion(guard);
    return bound.isPresent()
        ? Optional.of(
            new RateRule(bound.getAsDouble(), phi, RateRule.of(bound.getAsDouble()).units()))
        : Optional.empty();
  }

  private static Optional<Rule> quantile(String metric, Members guard) {
    if (!metric.matches(QUANTILE)) {
      guard.fault("metric", "one of these is expected: " + METRICS);
      guard.passOver();
      return Optional.empty();
    }
    double quantile =
        new BigDecimal(metric.replaceFirst(QUANTILE, "$1")).movePointLeft(2).doubleValue();
    if (!(quantile > 0)) {
      guard.fault("metric", "a percentile must be above 0 and below 100");
      return Optional.empty();
    }
    return kind(guard, List.of(Kind.PERCENTAGE, Kind.MAXIMUM))
        .flatMap(
            kind ->
                switch (kind) {
                  case PERCENTAGE -> above(quantile, guard);
                  case MAXIMUM -> atMost(quantile, guard);
                  case RATIO, DIFFERENCE, IMPROVEMENT, MINIMUM, CONTRAST -> Optional.empty();
                });
  }

  private static Optional<Rule> above(double quantile, Members guard) {
    OptionalDouble tolerance = demanded(guard, "tolerance", 0, LARGEST_TOLERANCE);
    OptionalDouble history = guard.number("history", 100, 1e9);
    if (tolerance.isEmpty()) {
      return Optional.empty();
    }
    QuantileRule usual = QuantileRule.of(quantile, tolerance.getAsDouble());
    return Optional.of(
        new Rule.Quantile(
            new QuantileRule(
                quantile,
                tolerance.getAsDouble(),
                history.orElse(usual.historyCap()),
                usual.ladder(),
                usual.units())));
  }

  /// "p99 at most 250 ms" is "at most one in a hundred slower than 250 ms".
  private static Optional<Rule> atMost(double quantile, Members guard) {
    OptionalDouble limit = demanded(guard, "limit_ms", TINY, LONGEST_MS);
    return limit.isPresent()
        ? Optional.of(
            new Rule.Maximum(
                new Events.SlowerThan(bucket(limit.getAsDouble())),
                RateRule.of(Decimals.rest(quantile))))
        : Optional.empty();
  }

  /// Writes the members of a rule.
  static void write(Rule rule, ObjectNode node) {
    switch (rule) {
      case Rule.Ratio(var events, var ratio) -> {
        events(events, Kind.RATIO, node);
        node.set("harm", Decimals.node(ratio.harm()));
        node.set("safe", Decimals.node(ratio.safe()));
        node.set("floor", Decimals.node(ratio.floor()));
        unless(node, "scale", ratio.scale(), RatioRule.DEFAULT_SCALE);
        unless(node, "dispersion", ratio.phi(), 1);
      }
      case Rule.Maximum(var events, var rate) -> {
        events(events, Kind.MAXIMUM, node);
        node.set("bound", Decimals.node(rate.bound()));
        unless(node, "dispersion", rate.phi(), 1);
      }
      case Rule.Quantile(var quantile) -> {
        node.put("metric", percentile(quantile.quantile()));
        node.put("kind", WireWords.of(Kind.PERCENTAGE));
        node.set("tolerance", Decimals.node(quantile.tolerance()));
        double usual = QuantileRule.of(quantile.quantile(), quantile.tolerance()).historyCap();
        unless(node, "history", quantile.historyCap(), usual);
      }
      case Rule.Mean(var values, var mean) -> MeanBody.write(values, mean, node);
    }
  }

  private static String percentile(double quantile) {
    return "latency_p"
        + BigDecimal.valueOf(quantile).movePointRight(2).stripTrailingZeros().toPlainString();
  }

  private static void events(Events events, Kind kind, ObjectNode node) {
    switch (events) {
      case Events.Errors errors -> node.put("metric", "error_rate");
      case Events.SlowerThan(int bucket) -> {
        node.put("metric", "slower_than");
        node.set("limit_ms", Decimals.node(limitMs(bucket)));
      }
      case Events.Loss(String score) -> {
        node.put("metric", "loss");
        node.put("score", score);
      }
    }
    node.put("kind", WireWords.of(kind));
  }

  // Cut after the thousandth of a microsecond, so that it is read into its own bucket.
  private static double limitMs(int bucket) {
    double micros = LatencyBuckets.upperMicros(bucket);
    return Double.isInfinite(micros) ? LONGEST_MS : Decimals.moved(Math.floor(micros * 1e3), -6);
  }

  /// Writes a number that is not the usual one.
  static void unless(ObjectNode node, String name, double value, double usual) {
    if (value != usual) {
      node.set(name, Decimals.node(value));
    }
  }
}
