package dev.sluice.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.control.Results;
import dev.sluice.experiment.Page;
import dev.sluice.experiment.Sums;
import dev.sluice.experiment.Tally;
import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.LatencyBuckets;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// What each arm brought, as JSON, over all windows of a rollout. What was not measured is left
/// out.
final class ResultsView {
  private static final Map<String, Double> PERCENTILES =
      Map.of("p50_ms", 0.50, "p95_ms", 0.95, "p99_ms", 0.99);

  private ResultsView() {}

  static ObjectNode of(Results results) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("observed_seconds", results.observed().toSeconds());
    node.set("stable", arm(results.stable(), results.observed()));
    node.set("canary", arm(results.canary(), results.observed()));
    return node;
  }

  private static ObjectNode arm(Tally tally, Duration observed) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    double requests = tally.requests();
    GuardView.put(node, "n", requests);
    GuardView.put(node, "errors", tally.errors().events());
    if (requests > 0) {
      GuardView.put(node, "success_rate", 1 - tally.errors().rate());
    }
    if (tally.latencySeconds().units() > 0) {
      GuardView.put(node, "mean_ms", tally.latencySeconds().moments().mean() * 1e3);
    }
    percentiles(tally.latency(), node);
    if (observed.isPositive()) {
      GuardView.put(node, "requests_per_second", requests / (observed.toMillis() / 1e3));
    }
    if (!tally.scores().isEmpty()) {
      scores(tally.scores(), node.putObject("scores"));
    }
    return node;
  }

  /// Those that are known.
  static void percentiles(Histogram latency, ObjectNode node) {
    if (latency.valid()) {
      new TreeMap<>(PERCENTILES)
          .forEach(
              (name, part) ->
                  percentile(latency, part).ifPresent(ms -> GuardView.put(node, name, ms)));
    }
  }

  private static void scores(Map<String, Sums> scores, ObjectNode node) {
    var shown = new TreeMap<>(scores);
    // How often feedback came says nothing about answers.
    shown.remove(Page.FRESH_FEEDBACK);
    shown.forEach(
        (name, sums) -> {
          ObjectNode score = node.putObject(name);
          GuardView.put(score, "n", sums.units());
          if (sums.units() > 0) {
            GuardView.put(score, "mean", sums.moments().mean());
          }
        });
  }

  /// The bound below which this part of the latencies lies, in milliseconds; none where there are
  /// none, or where it lies among those that took too long to say.
  static OptionalDouble percentile(Histogram latencies, double part) {
    double wanted = latencies.total() * part;
    double below = 0;
    for (int bucket = 0; bucket < LatencyBuckets.OVERFLOW; bucket++) {
      below += latencies.counts().get(bucket);
      if (below > 0 && below >= wanted) {
        return OptionalDouble.of(LatencyBuckets.upperMicros(bucket) / 1e3);
      }
    }
    return OptionalDouble.empty();
  }
}
