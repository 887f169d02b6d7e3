package dev.sluice.telemetry;

import dev.sluice.telemetry.EmbeddedMetric.Scope;
import dev.sluice.telemetry.EmbeddedMetric.Unit;
import java.util.List;

/// Values of one metric in one line for CloudWatch.
///
/// @param values at least one, at most [#MOST_VALUES]
record Embedded(String name, Unit unit, Scope scope, List<Double> values) {
  /// CloudWatch takes no longer array.
  static final int MOST_VALUES = 100;

  /// Where the latencies of a bucket of [dev.sluice.statistics.LatencyBuckets] are counted: this
  /// and its number. A metric for each bucket, because only sums can be tested, and percentiles are
  /// none.
  static final String LATENCY = "Latency";

  Embedded {
    values = List.copyOf(values);
    if (values.isEmpty() || values.size() > MOST_VALUES) {
      throw new IllegalArgumentException(
          "a metric must have 1 to %d values: %d".formatted(MOST_VALUES, values.size()));
    }
  }

  /// So many latencies of one bucket. Nobody draws them, so they are kept by version alone.
  static Embedded latency(int bucket, long count) {
    return new Embedded(LATENCY + bucket, Unit.COUNT, Scope.VERSION, List.of((double) count));
  }
}
