package dev.sluice.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.api.RuleBody.Kind;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Values;
import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.MeanRule;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// Rules about a mean, as JSON. Latencies are milliseconds here and seconds inside.
final class MeanBody {
  private static final Map<String, Values.Better> BETTER = WireWords.map(Values.Better.values());
  private static final double LARGEST = 1e12;
  private static final double LARGEST_TOLERANCE = 2;
  private static final double TINY = 1e-9;
  // Where a tolerance was 0.1 the factor is 1.1, and 1.1 - 1 is not 0.1 again.
  private static final MathContext WRITTEN = new MathContext(12);

  private MeanBody() {}

  static Optional<Rule> score(Members guard) {
    Values.Better better = guard.choice("better", BETTER).orElse(Values.Better.MORE);
    Optional<String> name = RuleBody.score(guard);
    return read(new Values.Score(name.orElse("unknown"), better), guard)
        .filter(rule -> name.isPresent());
  }

  static Optional<Rule> read(Values values, Members guard) {
    return RuleBody.kind(guard, fitting(values))
        .flatMap(kind -> mean(kind, values, guard))
        .map(rule -> blocks(rule, values, guard))
        .map(rule -> new Rule.Mean(values, rule));
  }

  private static List<Kind> fitting(Values values) {
    return switch (values) {
      case Values.LatencySeconds latency -> and(Kind.MAXIMUM);
      case Values.Errors errors -> List.of(Kind.DIFFERENCE, Kind.IMPROVEMENT, Kind.CONTRAST);
      case Values.Score(var name, var better) ->
          switch (better) {
            case LESS -> and(Kind.MAXIMUM);
            case MORE -> and(Kind.MINIMUM);
          };
    };
  }

  private static List<Kind> and(Kind bound) {
    return List.of(Kind.PERCENTAGE, Kind.DIFFERENCE, Kind.IMPROVEMENT, bound, Kind.CONTRAST);
  }

  private static Optional<MeanRule> mean(Kind kind, Values values, Members guard) {
    return switch (kind) {
      case PERCENTAGE ->
          one(guard, "tolerance", 0, LARGEST_TOLERANCE)
              .map(part -> MeanRule.of(Contrast.relative(part)));
      case DIFFERENCE ->
          one(guard, "tolerance", 0, LARGEST)
              .map(more -> MeanRule.of(Contrast.absolute(inside(values, more))));
      case IMPROVEMENT ->
          one(guard, "minimum_effect", TINY, LARGEST)
              .map(less -> MeanRule.of(Contrast.absolute(-inside(values, less))));
      case MAXIMUM, MINIMUM ->
          one(guard, "bound", -LARGEST, LARGEST)
              .map(bound -> MeanRule.bound(turned(values, inside(values, bound))));
      case CONTRAST -> contrast(values, guard);
      case RATIO -> Optional.empty();
    };
  }

  private static Optional<Double> one(Members guard, String name, double least, double most) {
    OptionalDouble found = RuleBody.demanded(guard, name, least, most);
    return found.isPresent() ? Optional.of(found.getAsDouble()) : Optional.empty();
  }

  private static Optional<MeanRule> contrast(Values values, Members guard) {
    guard.demand("harm");
    guard.demand("safe");
    Optional<Contrast> harm = guard.object("harm").map(side -> side(values, side));
    Optional<Contrast> safe = guard.object("safe").map(side -> side(values, side));
    if (harm.isEmpty() || safe.isEmpty()) {
      return Optional.empty();
    }
    boolean improves = safe.get().factor() < 1 || safe.get().offset() < 0;
    boolean sameFactor = harm.get().factor() == safe.get().factor();
    if (!improves && sameFactor && harm.get().offset() > safe.get().offset()) {
      guard.fault(
          "harm", "must not be above safe: between them neither harm nor safety is ever proven");
      return Optional.empty();
    }
    return Optional.of(MeanRule.of(safe.get()).withHarm(harm.get()));
  }

  private static Contrast side(Values values, Members side) {
    double factor = side.number("factor", 0, 1_000).orElse(1);
    double offset = side.number("offset", -LARGEST, LARGEST).orElse(0);
    side.nothingElse();
    return new Contrast(factor, inside(values, offset));
  }

  private static MeanRule blocks(MeanRule rule, Values values, Members guard) {
    double least = guard.number("min_block", 4, LARGEST).orElse(rule.minBlock());
    double lookedFor = guard.number("kappa", TINY, 1_000).orElse(rule.kappa());
    OptionalDouble sd = guard.number("sd", TINY, LARGEST);
    MeanRule blocked = rule.withBlocks(least, lookedFor);
    return sd.isPresent() ? blocked.withSd(inside(values, sd.getAsDouble())) : blocked;
  }

  static void write(Values values, MeanRule rule, ObjectNode node) {
    switch (values) {
      case Values.LatencySeconds latency -> node.put("metric", "latency_mean");
      case Values.Errors errors -> node.put("metric", "error_rate");
      case Values.Score(var name, var better) -> {
        node.put("metric", "score");
        node.put("score", name);
        node.put("better", WireWords.of(better));
      }
    }
    Kind kind = kind(values, rule);
    node.put("kind", WireWords.of(kind));
    double offset = rule.safe().offset();
    switch (kind) {
      case PERCENTAGE -> node.set("tolerance", Decimals.node(tolerance(rule.safe().factor())));
      case DIFFERENCE -> node.set("tolerance", Decimals.node(outside(values, offset)));
      case IMPROVEMENT -> node.set("minimum_effect", Decimals.node(outside(values, -offset)));
      case MAXIMUM, MINIMUM ->
          node.set("bound", Decimals.node(turned(values, outside(values, offset))));
      case CONTRAST, RATIO -> {
        side(values, rule.harm(), node.putObject("harm"));
        side(values, rule.safe(), node.putObject("safe"));
      }
    }
    MeanRule usual = MeanRule.of(rule.safe());
    RuleBody.unless(node, "min_block", rule.minBlock(), usual.minBlock());
    RuleBody.unless(node, "kappa", rule.kappa(), usual.kappa());
    if (rule.sd().isPresent()) {
      node.set("sd", Decimals.node(outside(values, rule.sd().getAsDouble())));
    }
  }

  /// The simplest kind that says it.
  private static Kind kind(Values values, MeanRule rule) {
    Contrast safe = rule.safe();
    if (rule.harm().equals(safe) && safe.factor() == 0 && !(values instanceof Values.Errors)) {
      boolean more = values instanceof Values.Score score && score.better() == Values.Better.MORE;
      return more ? Kind.MINIMUM : Kind.MAXIMUM;
    }
    if (!rule.harm().equals(Contrast.EQUAL)) {
      return Kind.CONTRAST;
    }
    if (safe.factor() == 1) {
      return safe.offset() < 0 ? Kind.IMPROVEMENT : Kind.DIFFERENCE;
    }
    boolean percentage =
        !(values instanceof Values.Errors)
            && safe.offset() == 0
            && safe.factor() > 1
            && safe.factor() <= 1 + LARGEST_TOLERANCE;
    return percentage ? Kind.PERCENTAGE : Kind.CONTRAST;
  }

  private static double tolerance(double factor) {
    double written = new BigDecimal(factor - 1).round(WRITTEN).doubleValue();
    return 1 + written == factor ? written : factor - 1;
  }

  private static void side(Values values, Contrast contrast, ObjectNode node) {
    node.set("factor", Decimals.node(contrast.factor()));
    node.set("offset", Decimals.node(outside(values, contrast.offset())));
  }

  private static double inside(Values values, double written) {
    return values instanceof Values.LatencySeconds ? Decimals.moved(written, -3) : written;
  }

  private static double outside(Values values, double kept) {
    return values instanceof Values.LatencySeconds ? Decimals.moved(kept, 3) : kept;
  }

  /// Where more is better, values have their sign turned.
  private static double turned(Values values, double value) {
    boolean more = values instanceof Values.Score score && score.better() == Values.Better.MORE;
    return more ? 0 - value : value;
  }
}
