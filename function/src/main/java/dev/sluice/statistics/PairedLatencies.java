package dev.sluice.statistics;

import java.util.Optional;

/// What a window brings to a test that compares latencies.
///
/// @param grouped the same by groups of callers, where somebody knows callers
public record PairedLatencies(Histogram stable, Histogram canary, Optional<Grouped> grouped) {

  public static PairedLatencies of(Histogram stable, Histogram canary) {
    return new PairedLatencies(stable, canary, Optional.empty());
  }

  /// Latencies by groups of callers.
  ///
  /// @param stableReturning how many of stable's units are from callers that were seen before
  /// @param canaryReturning the same for the canary
  public record Grouped(
      GroupLatencies stable,
      GroupLatencies canary,
      double stableReturning,
      double canaryReturning) {}

  /// One histogram for each group of callers.
  ///
  /// @param counts group by group, [LatencyBuckets#COUNT] for each of the 32
  public record GroupLatencies(Doubles counts) {
    private static final int GROUPS = PairedCounts.GroupCounts.GROUPS;

    /// Where nobody knows groups.
    public static final GroupLatencies NONE =
        new GroupLatencies(Doubles.zeros(GROUPS * LatencyBuckets.COUNT));

    public GroupLatencies {
      if (counts.size() != GROUPS * LatencyBuckets.COUNT) {
        throw new IllegalArgumentException("there must be 32 histograms: " + counts.size());
      }
    }

    /// How many of each group there are, and how many of them lie above a bucket.
    ///
    /// @param all of the same arm: only the buckets that it has are looked at
    public PairedCounts.GroupCounts above(Histogram all, int bucket) {
      int from = all.first();
      int to = all.last() + 1;
      int split = Math.clamp(bucket + 1L, from, Math.max(from, to));
      double[] units = new double[GROUPS];
      double[] events = new double[GROUPS];
      for (int g = 0; g < GROUPS; g++) {
        int row = g * LatencyBuckets.COUNT;
        events[g] = counts.sum(row + split, row + to);
        units[g] = events[g] + counts.sum(row + from, row + split);
      }
      return new PairedCounts.GroupCounts(Doubles.of(units), Doubles.of(events));
    }
  }

  boolean valid() {
    return stable.valid() && canary.valid();
  }

  /// The counts above one bucket of stable and another of the canary.
  PairedCounts above(int stableBucket, int canaryBucket) {
    return new PairedCounts(
        new Counts(stable.total(), stable.above(stableBucket)),
        new Counts(canary.total(), canary.above(canaryBucket)),
        grouped.map(
            groups ->
                new PairedCounts.Grouped(
                    groups.stable().above(stable, stableBucket),
                    groups.canary().above(canary, canaryBucket),
                    groups.stableReturning(),
                    groups.canaryReturning())));
  }
}
