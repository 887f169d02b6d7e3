package dev.sluice.backtest;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.DoubleStream;

/// Where half and where nine in ten of some values lie.
public record Spread(double median, double ninety) {

  /// Nothing where there are no values.
  static Optional<Spread> of(DoubleStream values) {
    double[] sorted = values.toArray();
    Arrays.sort(sorted);
    return sorted.length == 0
        ? Optional.empty()
        : Optional.of(new Spread(at(sorted, 0.5), at(sorted, 0.9)));
  }

  /// The least value that at least this part of them does not exceed.
  private static double at(double[] sorted, double part) {
    return sorted[Math.max(0, (int) Math.ceil(part * sorted.length) - 1)];
  }
}
