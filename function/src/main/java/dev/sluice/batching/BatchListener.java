package dev.sluice.batching;

import dev.sluice.inference.Version;

/// Hears of every run that gave answers, on the thread that ran it; must be quick.
public interface BatchListener {
  void ran(Version version, Ran run);

  /// A run.
  ///
  /// @param inputs how many shared it
  /// @param rows of all inputs
  /// @param queueNanos how long the oldest input had waited for it
  record Ran(int inputs, int rows, long queueNanos, long runNanos) {}
}
