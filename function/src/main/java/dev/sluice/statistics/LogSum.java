package dev.sluice.statistics;

/// Sums of numbers that are known by their natural logs only.
final class LogSum {
  // Hundreds of such terms are lost in the rounding of the largest.
  private static final double NEGLIGIBLE = -45;

  private LogSum() {}

  /// `ln(e^a + e^b)`, without overflow.
  static double of(double a, double b) {
    double max = Math.max(a, b);
    return max == Double.NEGATIVE_INFINITY ? max : max + Math.log1p(Math.exp(Math.min(a, b) - max));
  }

  /// `ln(sum of e^v)`; minus infinity where there is nothing to add.
  static double of(double[] logs) {
    double max = Double.NEGATIVE_INFINITY;
    for (double log : logs) {
      max = Math.max(max, log);
    }
    if (max == Double.NEGATIVE_INFINITY) {
      return max;
    }
    double sum = 0;
    for (double log : logs) {
      if (log - max > NEGLIGIBLE) {
        sum += Math.exp(log - max);
      }
    }
    return max + Math.log(sum);
  }
}
