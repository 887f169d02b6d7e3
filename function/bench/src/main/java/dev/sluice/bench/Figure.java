package dev.sluice.bench;

import java.util.Locale;

/// One measured number and what it should be.
record Figure(String what, double value, String unit, Goal goal) {
  /// What a figure should be.
  sealed interface Goal {
    record None() implements Goal {}

    record AtMost(double most) implements Goal {}

    record AtLeast(double least) implements Goal {}
  }

  static Figure plain(String what, double value, String unit) {
    return new Figure(what, value, unit, new Goal.None());
  }

  static Figure atMost(String what, double value, String unit, double most) {
    return new Figure(what, value, unit, new Goal.AtMost(most));
  }

  static Figure atLeast(String what, double value, String unit, double least) {
    return new Figure(what, value, unit, new Goal.AtLeast(least));
  }

  String shown() {
    return number(value) + " " + unit;
  }

  String target() {
    return switch (goal) {
      case Goal.None none -> "";
      case Goal.AtMost(double most) -> "at most " + number(most) + " " + unit;
      case Goal.AtLeast(double least) -> "at least " + number(least) + " " + unit;
    };
  }

  String verdict() {
    return switch (goal) {
      case Goal.None none -> "";
      case Goal.AtMost(double most) -> value <= most ? "met" : "missed";
      case Goal.AtLeast(double least) -> value >= least ? "met" : "missed";
    };
  }

  private static String number(double value) {
    String form = Math.abs(value) >= 100 || value == Math.rint(value) ? "%.0f" : "%.2f";
    return String.format(Locale.ROOT, form, value);
  }
}
