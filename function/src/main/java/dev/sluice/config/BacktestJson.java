package dev.sluice.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.backtest.Callers;
import dev.sluice.backtest.Effect;
import dev.sluice.backtest.Part;
import dev.sluice.backtest.Spread;
import dev.sluice.backtest.Summary;
import dev.sluice.backtest.Traffic;
import dev.sluice.routing.Share;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The figures of a backtest as one JSON document. Parts are fractions, times are minutes.
final class BacktestJson {
  static final int SCHEMA = 1;

  private static final JsonMapper JSON = new JsonMapper();

  private BacktestJson() {}

  /// @param presets in the order in which they were asked for
  static String of(
      BacktestOptions options, Map<String, List<Summary>> presets, List<String> failedGates) {
    ObjectNode root = JSON.createObjectNode();
    root.put("schema", SCHEMA);
    root.put("seed", options.seed());
    root.put("runs", options.runs());
    options.horizon().ifPresent(horizon -> root.put("horizon_minutes", horizon.toMinutes()));
    root.put("p99_ms", options.p99().toNanos() / 1e6);
    options.maxFalseRollbacks().ifPresent(most -> root.put("max_false_rollbacks", most));
    options.maxWrongPromotions().ifPresent(most -> root.put("max_wrong_promotions", most));
    root.set("traffic", traffic(options.traffic()));
    ArrayNode plans = root.putArray("presets");
    presets.forEach(
        (name, summaries) -> {
          ObjectNode plan = plans.addObject();
          plan.put("preset", name);
          ArrayNode rows = plan.putArray("scenarios");
          summaries.forEach(summary -> rows.add(row(summary)));
        });
    ArrayNode failed = root.putArray("failed_gates");
    failedGates.forEach(failed::add);
    return text(root);
  }

  static String text(ObjectNode root) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
    } catch (JsonProcessingException bug) {
      throw new IllegalStateException("a tree of ours cannot be written", bug);
    }
  }

  private static ObjectNode traffic(Traffic traffic) {
    ObjectNode node = JSON.createObjectNode();
    node.put("requests_per_minute", traffic.perMinute());
    node.put("request_drift", traffic.requestDrift().amplitude());
    node.put("errors", traffic.errors());
    node.put("error_drift", traffic.errorDrift().amplitude());
    node.put("latency_median_ms", traffic.latency().medianMicros() / 1e3);
    node.put("latency_sigma", traffic.latency().sigma());
    node.put("latency_drift", traffic.latency().drift().amplitude());
    traffic.score().ifPresent(score -> node.put("score", score.mean()));
    ObjectNode callers = node.putObject("callers");
    switch (traffic.callers()) {
      case Callers.Unknown unknown -> callers.put("kind", "none");
      case Callers.Fixed(int count, var alike) ->
          callers.put("kind", "fixed").put("count", count).put("icc", alike.correlation());
      case Callers.Passing(double requests, var alike) ->
          callers.put("kind", "new").put("requests", requests).put("icc", alike.correlation());
    }
    return node;
  }

  private static ObjectNode row(Summary summary) {
    ObjectNode node = JSON.createObjectNode();
    node.put("scenario", summary.scenario().words());
    node.set("effect", effect(summary.scenario().effect()));
    node.put("harm", summary.truth().harm().name().toLowerCase(Locale.ROOT));
    summary
        .truth()
        .tooMuchFrom()
        .map(Share::fraction)
        .ifPresentOrElse(
            share -> node.put("too_much_from", share), () -> node.putNull("too_much_from"));
    node.set("promoted", part(summary.promoted()));
    node.set("rolled_back", part(summary.rolledBack()));
    node.set("undecided", part(summary.undecided()));
    node.set("wrong", part(summary.wrong()));
    put(node, "minutes_to_promotion", summary.minutesToPromote());
    put(node, "minutes_to_rollback", summary.minutesToRollBack());
    put(node, "canary_requests_to_rollback", summary.requestsToRollBack());
    put(node, "bad_answers_to_rollback", summary.badAnswers());
    return node;
  }

  private static ObjectNode effect(Effect effect) {
    return JSON.createObjectNode()
        .put("error_ratio", effect.errorRatio())
        .put("least_errors", effect.leastErrors())
        .put("latency_factor", effect.latencyFactor())
        .put("score_difference", effect.scoreDifference());
  }

  private static ObjectNode part(Part part) {
    return JSON.createObjectNode()
        .put("runs", part.seen())
        .put("part", part.fraction())
        .put("standard_error", part.error());
  }

  private static void put(ObjectNode node, String name, Optional<Spread> spread) {
    spread.ifPresentOrElse(
        found -> node.putObject(name).put("median", found.median()).put("p90", found.ninety()),
        () -> node.putNull(name));
  }
}
