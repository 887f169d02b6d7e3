package dev.sluice.serving;

import java.time.Duration;
import java.util.Locale;

/// One thing that was looked at to say how a version is.
///
/// @param message one sentence with the value and its bound
/// @param took how long it took to find out
/// @param interval how often it is looked at; zero for once
public record Check(
    Subject subject, Status status, String message, Duration took, Duration interval) {

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
    return new Check(subject, status, message, took, Duration.ZERO);
  }
}
