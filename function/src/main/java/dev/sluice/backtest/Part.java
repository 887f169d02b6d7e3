package dev.sluice.backtest;

/// How many of the runs something was seen in.
public record Part(long seen, long of) {
  public double fraction() {
    return of == 0 ? 0 : seen / (double) of;
  }

  /// The standard error of the fraction. Two runs more of either kind are supposed (Agresti and
  /// Coull 1998), so that "never seen" is not taken for "never".
  public double error() {
    double p = (seen + 2.0) / (of + 4.0);
    return Math.sqrt(p * (1 - p) / (of + 4.0));
  }
}
