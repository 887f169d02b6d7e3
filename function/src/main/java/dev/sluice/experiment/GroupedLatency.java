package dev.sluice.experiment;

import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.LatencyBuckets;

/// How many latencies of each group of callers fell into each bucket: what a limit on a quantile
/// needs where callers come back.
///
/// @param counts group by group, [LatencyBuckets#COUNT] for each
public record GroupedLatency(Doubles counts) {
  /// How many counts there are.
  public static final int SIZE = Exposure.GROUPS * LatencyBuckets.COUNT;

  public double count(int group, int bucket) {
    return counts.get(group * LatencyBuckets.COUNT + bucket);
  }

  /// Those of a group in buckets above this one.
  public double above(int group, int bucket) {
    int from = group * LatencyBuckets.COUNT;
    return counts.sum(
        from + Math.clamp(bucket + 1L, 0, LatencyBuckets.COUNT), from + LatencyBuckets.COUNT);
  }

  public GroupedLatency plus(GroupedLatency other) {
    return new GroupedLatency(counts.plus(other.counts));
  }

  public GroupedLatency minus(GroupedLatency other) {
    return new GroupedLatency(counts.plus(other.counts.times(-1)));
  }

  boolean below(GroupedLatency before) {
    return Cells.below(counts, before.counts);
  }

  /// Whether this has our groups and buckets, and counts that can be counts.
  public boolean valid() {
    return counts.size() == SIZE && Cells.valid(counts);
  }
}
