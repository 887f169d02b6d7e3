package dev.sluice.batching;

/// How fast rows arrive: an exponentially weighted mean of the time between them.
///
/// @param lastNanos when the newest came
/// @param meanNanos mean time from row to row
record Arrivals(long lastNanos, double meanNanos) {
  private static final double WEIGHT_OF_NEWEST = 0.1;
  private static final double ONE_A_SECOND = 1e9;

  /// Until enough has come to know better, little is expected: a needless wait is the worse error.
  static Arrivals since(long nowNanos) {
    return new Arrivals(nowNanos, ONE_A_SECOND);
  }

  Arrivals after(int rows, long nowNanos) {
    double gap = (double) (nowNanos - lastNanos) / rows;
    return new Arrivals(nowNanos, meanNanos + WEIGHT_OF_NEWEST * (gap - meanNanos));
  }

  /// A silence longer than the mean counts too, or the rate of a burst would be believed for ever.
  double rowsPerNano(long nowNanos) {
    return 1 / Math.max(1, Math.max(meanNanos, (double) (nowNanos - lastNanos)));
  }
}
