package dev.sluice.backtest;

import java.util.Optional;

/// What stable gets and how it does.
///
/// @param perMinute requests a minute, on average over the day
/// @param errors the part of them that fails, on average over the day
/// @param score a value that each answer earns later, where there is one
public record Traffic(
    double perMinute,
    Drift requestDrift,
    double errors,
    Drift errorDrift,
    Latency latency,
    Callers callers,
    Optional<Score> score) {

  /// More than this is the same with larger numbers.
  private static final double MOST_PER_MINUTE = 100_000;

  public Traffic {
    if (!(perMinute > 0 && perMinute <= MOST_PER_MINUTE)) {
      throw new IllegalArgumentException(
          "requests a minute must be above 0 and at most 100000: " + perMinute);
    }
    if (!(errors >= 0 && errors <= 1)) {
      throw new IllegalArgumentException("errors must be a part, 0..1: " + errors);
    }
  }

  /// How long answers take: lognormal.
  ///
  /// @param medianMicros microseconds, on average over the day
  /// @param sigma standard deviation of the natural log
  public record Latency(double medianMicros, double sigma, Drift drift) {
    public Latency {
      if (!(medianMicros >= 1 && medianMicros <= 67e6)) {
        throw new IllegalArgumentException(
            "a median latency must be 1 microsecond to 67 seconds: " + medianMicros);
      }
      if (!(sigma >= 0 && sigma <= 3)) {
        throw new IllegalArgumentException("sigma must be 0..3: " + sigma);
      }
    }

    /// Microseconds, the whole day through: `E exp(N(m, s)) = exp(m + s^2/2)`.
    double meanMicros() {
      return medianMicros * Math.exp(sigma * sigma / 2);
    }
  }

  /// Something that an answer earns or does not: 1 or 0.
  ///
  /// @param name by which a guard asks for it
  /// @param mean of stable
  public record Score(String name, double mean) {
    public Score {
      if (!(mean >= 0 && mean <= 1)) {
        throw new IllegalArgumentException("a score must be 0..1: " + mean);
      }
    }
  }

  public Traffic withPerMinute(double other) {
    return new Traffic(other, requestDrift, errors, errorDrift, latency, callers, score);
  }

  public Traffic withErrors(double other) {
    return new Traffic(perMinute, requestDrift, other, errorDrift, latency, callers, score);
  }

  public Traffic withCallers(Callers other) {
    return new Traffic(perMinute, requestDrift, errors, errorDrift, latency, other, score);
  }

  public Traffic withScore(Score other) {
    return new Traffic(
        perMinute, requestDrift, errors, errorDrift, latency, callers, Optional.of(other));
  }
}
