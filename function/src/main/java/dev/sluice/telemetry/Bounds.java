package dev.sluice.telemetry;

/// Upper bounds of histogram buckets.
final class Bounds {
  /// What a caller waits: 1 ms to 10 s.
  static final double[] REQUEST_SECONDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
  };

  /// What a run takes or waits for: a small model is done in some ten microseconds.
  static final double[] RUN_SECONDS = {
    0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5,
    1, 2.5
  };

  static final double[] ROWS = {1, 2, 4, 8, 16, 32, 64};

  private Bounds() {}
}
