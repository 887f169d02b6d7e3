package dev.sluice.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Numbers of several rounds of one kind.
final class Figures {
  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
  }

  double median() {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }

  double least() {
    return values.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
  }

  @Override
  public String toString() {
    return Arrays.toString(values.toArray());
  }
}
