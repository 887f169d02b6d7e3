package dev.sluice.statistics;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/// Stable's latencies of the windows before, which say where its quantile is. Old ones fade.
///
/// @param counts one for each bucket; fractions, once they have faded
record LatencyPast(Doubles counts) {
  static final double MIN_TAIL = 10;
  private static final double ROUNDING = 1e-9;

  /// With one more window.
  ///
  /// @param cap while there are more, all are halved
  LatencyPast after(Histogram window, double cap) {
    Doubles next = counts.plus(window.counts());
    while (next.sum() > cap) {
      next = next.times(0.5);
    }
    return new LatencyPast(next);
  }

  /// The bucket of a quantile: the smallest one with at most `1 - quantile` of the latencies above
  /// it; empty while fewer than ten lie there, and where these are time-outs.
  OptionalInt level(double quantile) {
    double tail = (1 - quantile) * counts.sum();
    if (tail < MIN_TAIL * (1 - ROUNDING)) {
      return OptionalInt.empty();
    }
    double above = 0;
    int level = LatencyBuckets.OVERFLOW;
    while (level > 0 && above + counts.get(level) <= tail * (1 + ROUNDING)) {
      above += counts.get(level);
      level--;
    }
    // Where that many time out, nobody can say how much longer another version takes.
    return level == LatencyBuckets.OVERFLOW ? OptionalInt.empty() : OptionalInt.of(level);
  }

  /// How much of the tail above the quantile lies more than so many buckets above it: 0..1.
  OptionalDouble beyond(double quantile, int shift) {
    OptionalInt level = level(quantile);
    Histogram past = Histogram.of(counts);
    if (level.isEmpty() || past.above(level.getAsInt()) == 0) {
      return OptionalDouble.empty();
    }
    double tail = past.above(level.getAsInt());
    return OptionalDouble.of(past.above(level.getAsInt() + shift) / tail);
  }
}
