package dev.sluice.backtest;

/// How the canary differs from stable.
///
/// @param errorRatio its errors are so many times as frequent
/// @param leastErrors and at least so frequent
/// @param latencyFactor its answers take so many times as long
/// @param scoreDifference what it earns more
public record Effect(
    double errorRatio, double leastErrors, double latencyFactor, double scoreDifference) {
  public static final Effect NONE = new Effect(1, 0, 1, 0);

  private static final double MOST = 1_000;

  public Effect {
    if (!(errorRatio >= 0 && errorRatio <= MOST)) {
      throw new IllegalArgumentException("an error ratio must be 0..1000: " + errorRatio);
    }
    if (!(latencyFactor >= 1 / MOST && latencyFactor <= MOST)) {
      throw new IllegalArgumentException("a latency factor must be 0.001..1000: " + latencyFactor);
    }
    if (!(leastErrors >= 0 && leastErrors <= 1)) {
      throw new IllegalArgumentException("errors must be a part, 0..1: " + leastErrors);
    }
    if (!(scoreDifference >= -1 && scoreDifference <= 1)) {
      throw new IllegalArgumentException("a difference of scores is -1..1: " + scoreDifference);
    }
  }

  public static Effect errors(double ratio) {
    return NONE.withErrors(ratio, 0);
  }

  public static Effect latency(double factor) {
    return NONE.withLatency(factor);
  }

  public Effect withErrors(double ratio, double least) {
    return new Effect(ratio, least, latencyFactor, scoreDifference);
  }

  public Effect withLatency(double factor) {
    return new Effect(errorRatio, leastErrors, factor, scoreDifference);
  }

  public Effect withScore(double difference) {
    return new Effect(errorRatio, leastErrors, latencyFactor, difference);
  }

  /// The chance of the canary to fail where stable's is this.
  double failing(double stable) {
    return Math.min(1, Math.max(leastErrors, errorRatio * stable));
  }
}
