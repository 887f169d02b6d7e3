package dev.sluice.statistics;

/// How many latencies fell into each bucket of a layout. Histograms of one layout add.
///
/// @param layout the name of the buckets, see [LatencyBuckets#LAYOUT]
/// @param counts one for each bucket
public record Histogram(String layout, Doubles counts) {
  /// Nothing yet, in our layout.
  public static final Histogram EMPTY = of(Doubles.zeros(LatencyBuckets.COUNT));

  /// Counts in our layout.
  public static Histogram of(Doubles counts) {
    return new Histogram(LatencyBuckets.LAYOUT, counts);
  }

  public double total() {
    return counts.sum();
  }

  /// How many fell into buckets above this one.
  public double above(int bucket) {
    return counts.sum(Math.clamp(bucket + 1L, 0, counts.size()), counts.size());
  }

  /// The lowest bucket that is not empty; the number of buckets where all are.
  int first() {
    int first = 0;
    while (first < counts.size() && counts.get(first) == 0) {
      first++;
    }
    return first;
  }

  /// The highest bucket that is not empty; -1 where all are.
  int last() {
    int last = counts.size() - 1;
    while (last >= 0 && counts.get(last) == 0) {
      last--;
    }
    return last;
  }

  /// Replicas add.
  ///
  /// @throws IllegalArgumentException when the layouts differ
  public Histogram plus(Histogram other) {
    if (!other.layout.equals(layout)) {
      throw new IllegalArgumentException(
          "histograms must have one layout: " + layout + " and " + other.layout);
    }
    return new Histogram(layout, counts.plus(other.counts));
  }

  /// Whether this can be compared with other histograms of ours: the same layout, and counts that
  /// can be counts.
  public boolean valid() {
    if (!layout.equals(LatencyBuckets.LAYOUT) || counts.size() != LatencyBuckets.COUNT) {
      return false;
    }
    for (int i = 0; i < counts.size(); i++) {
      double count = counts.get(i);
      if (!(count >= 0 && count <= Counts.LARGEST)) {
        return false;
      }
    }
    return true;
  }
}
