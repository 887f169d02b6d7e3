package dev.sluice.backtest;

/// How far something swings around its mean over a day, as a sine.
///
/// @param amplitude the largest deviation, relative to the mean: 0.5 swings between half and one
///     and a half times
public record Drift(double amplitude) {
  public static final Drift NONE = new Drift(0);

  private static final double DAY_MINUTES = 24 * 60;

  public Drift {
    if (!(amplitude >= 0 && amplitude < 1)) {
      throw new IllegalArgumentException("a drift must be 0 up to 1: " + amplitude);
    }
  }

  /// What the mean is multiplied by.
  ///
  /// @param minutes since the run began
  /// @param phase the time of day at which it began, as a part of the day
  double at(double minutes, double phase) {
    return amplitude == 0
        ? 1
        : 1 + amplitude * Math.sin(2 * Math.PI * (minutes / DAY_MINUTES + phase));
  }

  /// The least that the mean is ever multiplied by.
  double least() {
    return 1 - amplitude;
  }

  /// The most.
  double most() {
    return 1 + amplitude;
  }
}
