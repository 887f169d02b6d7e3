package dev.sluice.rollout;

import java.time.Duration;
import java.util.OptionalLong;

/// How long things may take.
///
/// @param window length of a window, 10 to 60 seconds
/// @param patience windows without a word from the canary, with an actuator that refuses or with
///     evidence that cannot be read, before the rollout fails
/// @param startDeadline for every instance to have the canary loaded
/// @param deadline for the proof, from the first step on
/// @param maxExtension once, where the forecast says that it is enough; zero: never
/// @param sampleSize requests of the canary at which a test ends as it would at its deadline
public record Terms(
    Duration window,
    int patience,
    Duration startDeadline,
    Duration deadline,
    Duration maxExtension,
    OnTimeout onTimeout,
    OptionalLong sampleSize) {

  public static final Terms DEFAULT =
      new Terms(
          Duration.ofSeconds(60),
          15,
          Duration.ofMinutes(5),
          Duration.ofMinutes(720),
          Duration.ofMinutes(720),
          OnTimeout.WAIT,
          OptionalLong.empty());

  /// What happens when time is up and nothing is proven.
  public enum OnTimeout {
    /// A person decides; the share is held.
    WAIT,
    /// Over, with its results; the canary gets no traffic.
    COMPLETE,
    /// The canary is taken back.
    ROLLBACK
  }

  public Terms withWindow(Duration other) {
    return new Terms(other, patience, startDeadline, deadline, maxExtension, onTimeout, sampleSize);
  }

  public Terms withPatience(int windows) {
    return new Terms(window, windows, startDeadline, deadline, maxExtension, onTimeout, sampleSize);
  }

  public Terms withStartDeadline(Duration other) {
    return new Terms(window, patience, other, deadline, maxExtension, onTimeout, sampleSize);
  }

  public Terms withDeadline(Duration other, Duration extension) {
    return new Terms(window, patience, startDeadline, other, extension, onTimeout, sampleSize);
  }

  public Terms withOnTimeout(OnTimeout other) {
    return new Terms(window, patience, startDeadline, deadline, maxExtension, other, sampleSize);
  }

  public Terms withSampleSize(long units) {
    return new Terms(
        window, patience, startDeadline, deadline, maxExtension, onTimeout, OptionalLong.of(units));
  }

  Duration windows(int count) {
    return window.multipliedBy(count);
  }

  /// Whether the time for the proof is up.
  boolean late(Duration elapsed, Extension extension) {
    return elapsed.compareTo(allowed(extension)) >= 0;
  }

  /// The time for the proof.
  public Duration allowed(Extension extension) {
    return switch (extension) {
      case NOT_USED -> deadline;
      case USED -> deadline.plus(maxExtension);
    };
  }
}
