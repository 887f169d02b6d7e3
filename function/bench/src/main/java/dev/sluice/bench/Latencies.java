package dev.sluice.bench;

import java.util.Arrays;

/// How long answers took, in order of length.
record Latencies(long[] nanos) {
  Latencies {
    nanos = nanos.clone();
    Arrays.sort(nanos);
  }

  /// The nearest rank: the least time within which this part of the answers came.
  double millis(double part) {
    if (nanos.length == 0) {
      return Double.NaN;
    }
    int rank = (int) Math.ceil(part * nanos.length);
    return nanos[Math.max(0, rank - 1)] / 1e6;
  }
}
