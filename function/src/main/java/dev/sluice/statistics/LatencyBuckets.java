package dev.sluice.statistics;

import java.util.Arrays;

/// The buckets that latencies are counted in: 16 to an octave, so that each bound is 4.4 % above
/// the one before and histograms of replicas and windows add.
///
/// Bucket `i` holds the latencies `v`, in microseconds, with `2^((i-1)/16) < v <= 2^(i/16)`; bucket
/// 0 also those below, the last one ([#OVERFLOW]) those above 67 seconds and what timed out. Eight
/// to an octave could not express limits of 5, 20 or 25 %.
public final class LatencyBuckets {
  /// The name of this layout: histograms of another one cannot be compared.
  public static final String LAYOUT = "log2/16";

  /// How many there are.
  public static final int COUNT = 418;

  /// The bucket of what took too long to say.
  public static final int OVERFLOW = COUNT - 1;

  /// Buckets to a factor of two.
  public static final int PER_OCTAVE = 16;

  // Bounds are computed once and searched: a logarithm may err by one ulp at a bound.
  private static final double[] UPPER_MICROS = new double[OVERFLOW];

  static {
    for (int i = 0; i < OVERFLOW; i++) {
      UPPER_MICROS[i] = Math.pow(2, i / (double) PER_OCTAVE);
    }
  }

  private LatencyBuckets() {}

  /// The bucket of a latency, 0..417.
  public static int ofMicros(double micros) {
    int found = Arrays.binarySearch(UPPER_MICROS, micros);
    return found >= 0 ? found : Math.min(-found - 1, OVERFLOW);
  }

  /// The largest latency of a bucket, microseconds; infinite for the last one.
  public static double upperMicros(int bucket) {
    return bucket == OVERFLOW ? Double.POSITIVE_INFINITY : UPPER_MICROS[bucket];
  }
}
