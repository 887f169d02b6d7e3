package dev.sluice.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Series;
import dev.sluice.control.SeriesPoint;
import dev.sluice.statistics.SampleRatio;

/// A rollout over time, as JSON: what plots are made of. What is not known is left out.
final class SeriesView {
  private static final double SPLIT_THRESHOLD = -Math.log10(SampleRatio.DEFAULT.alpha());

  private SeriesView() {}

  /// @param record of the series
  /// @param after sequence number that the caller has
  /// @param most points
  static ObjectNode of(Series series, RolloutRecord record, long after, int most) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("id", record.id().value());
    node.put("revision", record.revision());
    node.put("sequence", series.sequence());
    node.put("window_seconds", record.rollout().plan().terms().window().toSeconds());
    ArrayNode points = node.putArray("points");
    series.points(after, most).forEach(point -> points.add(point(point)));
    node.set("events", EntryView.history(series.events(after)).path("history"));
    return node;
  }

  private static ObjectNode point(SeriesPoint point) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("sequence", point.sequence());
    node.put("at", point.at().toString());
    node.put("seconds", point.length().toSeconds());
    node.set("share", Decimals.node(point.share().percent()));
    arm(point.stable(), node.putObject("stable"));
    arm(point.canary(), node.putObject("canary"));
    ArrayNode guards = node.putArray("guards");
    point.guards().forEach(mark -> guards.add(mark(mark)));
    split(point, node.putObject("split"));
    return node;
  }

  private static void arm(SeriesPoint.Arm arm, ObjectNode node) {
    GuardView.put(node, "requests", arm.requests());
    GuardView.put(node, "errors", arm.errors());
    ResultsView.percentiles(arm.latency(), node);
  }

  private static ObjectNode mark(SeriesPoint.Mark mark) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("name", mark.name());
    node.put("verdict", WireWords.of(mark.verdict()));
    node.put("next_verdict", WireWords.of(mark.next()));
    GuardView.put(node, "value", mark.value());
    node.put("value_is", GuardView.what(mark.rule()));
    GuardView.put(node, "lower", mark.interval().lower());
    GuardView.put(node, "upper", mark.interval().upper());
    mark.safe().ifPresent(safe -> GuardView.put(node, "limit", GuardView.limit(safe.margin())));
    GuardView.put(node, "harm", mark.harm());
    GuardView.put(node, "harm_threshold", mark.harmThreshold());
    mark.safe()
        .ifPresent(
            safe -> {
              GuardView.put(node, "safe", safe.evidence());
              GuardView.put(node, "safe_threshold", safe.threshold());
            });
    return node;
  }

  private static void split(SeriesPoint point, ObjectNode node) {
    double assigned = point.stable().assigned() + point.canary().assigned();
    GuardView.put(node, "requests", assigned);
    if (assigned > 0) {
      GuardView.put(node, "expected", 100 * point.expectedCanary() / assigned);
      GuardView.put(node, "observed", 100 * point.canary().assigned() / assigned);
    } else {
      GuardView.put(node, "expected", point.share().percent());
    }
    GuardView.put(node, "evidence_log10", point.splitEvidence());
    GuardView.put(node, "threshold_log10", SPLIT_THRESHOLD);
  }
}
