package dev.sluice.backtest;

import dev.sluice.experiment.Window;

/// A window of traffic.
///
/// @param expectedErrors that stable would have given to the canary's requests
public record Sample(Window window, double expectedErrors) {
  /// Of a window that was recorded: what stable did in it is all that is known of stable.
  public static Sample of(Window recorded) {
    double rate = recorded.stable().requests() > 0 ? recorded.stable().errors().rate() : 0;
    return new Sample(recorded, rate * recorded.canary().requests());
  }

  /// Bad answers that stable would not have given; below 0 where the canary had luck.
  public double excessErrors() {
    return window.canary().errors().events() - expectedErrors;
  }
}
