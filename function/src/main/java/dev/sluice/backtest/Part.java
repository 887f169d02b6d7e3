package dev.sluice.backtest;

/// How many of the runs something was seen in.
public record Part(long seen, long of) {
  public double fraction() {
    return of == 0 ? 0 : seen / (double) of;
  }

  /// The standard error of the fraction, that of a simulation with so many runs: `sqrt(p(1-p)/n)`.
  public double error() {
    return of == 0 ? 0 : Math.sqrt(fraction() * (1 - fraction()) / of);
  }
}
