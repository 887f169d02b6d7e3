package dev.sluice.serving;

import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.LatencyBuckets;
import java.util.ArrayList;
import java.util.List;

/// The latencies of about the last minute, as the difference of two readings of counters that only
/// grow.
///
/// @param readings oldest first: the last one that is at least a minute old, and all after it
public record RecentLatency(List<Reading> readings) {
  /// Before the first reading.
  public static final RecentLatency NONE = new RecentLatency(List.of());

  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final double TAIL = 0.95;

  /// All latencies since the start, at a moment.
  public record Reading(Histogram all, long atNanos) {}

  /// What 19 of 20 did not exceed.
  ///
  /// @param count how many there were
  /// @param millis upper bound of their bucket; infinite where that has none, 0 where there were
  ///     none
  public record Tail(long count, double millis) {}

  public RecentLatency {
    readings = List.copyOf(readings);
  }

  /// With a reading more, and without those that are no longer needed.
  public RecentLatency with(Histogram all, long nowNanos) {
    var kept = new ArrayList<>(readings);
    kept.add(new Reading(all, nowNanos));
    while (kept.size() > 1 && nowNanos - kept.get(1).atNanos() >= MINUTE_NANOS) {
      kept.removeFirst();
    }
    return new RecentLatency(kept);
  }

  /// The tail of what came after the oldest reading.
  public Tail tail() {
    if (readings.size() < 2) {
      return new Tail(0, 0);
    }
    Histogram now = readings.getLast().all();
    Histogram then = readings.getFirst().all();
    double count = now.total() - then.total();
    double reached = 0;
    for (int bucket = 0; bucket < LatencyBuckets.COUNT && count > 0; bucket++) {
      reached += now.counts().get(bucket) - then.counts().get(bucket);
      if (reached >= TAIL * count) {
        return new Tail((long) count, LatencyBuckets.upperMicros(bucket) / 1e3);
      }
    }
    return new Tail(0, 0);
  }
}
