package dev.sluice.serving;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;

/// One thing that was looked at to say how a version is.
///
/// @param message one sentence with the value and its bound
/// @param took how long it took to find out
/// @param interval how often it is looked at; zero for once
/// @param valueMillis the time that was measured, where it is one that was looked at, and known
public record Check(
    Subject subject,
    Status status,
    String message,
    Duration took,
    Duration interval,
    OptionalDouble valueMillis) {

  /// What no time is measured for.
  public Check(Subject subject, Status status, String message, Duration took, Duration interval) {
    this(subject, status, message, took, interval, OptionalDouble.empty());
  }

  /// What is looked at.
  public enum Subject {
    LOAD,
    LATENCY,
    ERROR_RATE,
    MEMORY,
    CUSTOM;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What was found.
  public enum Status {
    PASS,
    WARN,
    FAIL,
    /// Too little is known.
    PENDING;

    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  Check once() {
    return new Check(subject, status, message, took, Duration.ZERO, valueMillis);
  }

  Check measured(double millis) {
    return new Check(subject, status, message, took, interval, OptionalDouble.of(millis));
  }
}
