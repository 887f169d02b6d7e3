package dev.sluice.statistics;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/// An immutable row of numbers.
public final class Doubles {
  private final double[] values;

  private Doubles(double[] values) {
    this.values = values;
  }

  public static Doubles of(double... values) {
    return new Doubles(values.clone());
  }

  public static Doubles zeros(int size) {
    return new Doubles(new double[size]);
  }

  /// The row whose entries a function of their places gives.
  public static Doubles generate(int size, IntToDoubleFunction entry) {
    double[] values = new double[size];
    Arrays.setAll(values, entry);
    return new Doubles(values);
  }

  public int size() {
    return values.length;
  }

  public double get(int index) {
    return values[index];
  }

  public double sum() {
    return sum(0, values.length);
  }

  /// The sum of the entries from one place on, up to another that is left out. Four sums side by
  /// side: an addition need not wait for the one before it.
  public double sum(int from, int to) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      first += values[i];
      second += values[i + 1];
      third += values[i + 2];
      fourth += values[i + 3];
    }
    for (; i < to; i++) {
      first += values[i];
    }
    return (first + second) + (third + fourth);
  }

  /// Entry by entry.
  ///
  /// @throws IllegalArgumentException when the rows differ in size
  public Doubles plus(Doubles other) {
    if (other.values.length != values.length) {
      throw new IllegalArgumentException(
          "rows must have one size: " + values.length + " and " + other.values.length);
    }
    return generate(values.length, i -> values[i] + other.values[i]);
  }

  /// Each entry times a factor.
  public Doubles times(double factor) {
    return generate(values.length, i -> values[i] * factor);
  }

  public double[] toArray() {
    return values.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Doubles row && Arrays.equals(values, row.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
