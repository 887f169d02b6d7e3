package dev.sluice.experiment;

import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.LatencyBuckets;
import java.util.Map;
import java.util.Optional;

/// Tallies for tests: all requests of one group, each of 1.4 microseconds.
final class Tallies {
  private static final int BUCKET = 5;

  private Tallies() {}

  static Tally of(double requests, double errors) {
    return new Tally(
        new Counts(requests, errors),
        Histogram.of(row(LatencyBuckets.COUNT, BUCKET, requests)),
        new Sums(requests, requests, requests),
        new Groups(row(Exposure.GROUPS, 0, requests), row(Exposure.GROUPS, 0, errors)),
        Optional.empty(),
        0,
        requests,
        Counts.NONE,
        0,
        Map.of());
  }

  static Tally grouped(double requests) {
    Tally t = of(requests, 0);
    return new Tally(
        t.errors(),
        t.latency(),
        t.latencySeconds(),
        t.groups(),
        Optional.of(new GroupedLatency(row(GroupedLatency.SIZE, BUCKET, requests))),
        0,
        requests,
        Counts.NONE,
        0,
        Map.of());
  }

  private static Doubles row(int size, int place, double value) {
    return Doubles.generate(size, i -> i == place ? value : 0);
  }
}
