package dev.sluice.experiment;

import dev.sluice.statistics.FeedbackRatesState;
import dev.sluice.statistics.SampleRatioState;
import dev.sluice.statistics.TestState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// All that a rollout has learned: sums, never requests. It is stored with the rollout's state in
/// one write, so that a window counts once whoever leads.
///
/// @param until the end of the last window that was taken; earlier ones are not taken again
/// @param windows in which the canary answered
/// @param canaryUnits its requests in them
/// @param repeated windows that ended at or before `until`, and were left out
/// @param misfits windows of an impossible length, that overlap the last one or lie far ahead of
///     it, left out
/// @param silentFor windows in a row in which stable had requests and the canary, with a share
///     above 0, had none
/// @param pace requests a minute of both arms in the last windows, the newest last
/// @param guards what the test of each guard remembers
/// @param split what is known of the assignments
/// @param feedback whether it arrives for both arms alike; kept where a guard is on what it says
public record Evidence(
    Optional<Instant> until,
    long windows,
    double canaryUnits,
    long repeated,
    long misfits,
    int silentFor,
    List<Double> pace,
    List<Remembered> guards,
    SampleRatioState split,
    Optional<FeedbackRatesState> feedback) {

  /// The number of this form. Evidence of another form is refused where it is read: it is never
  /// taken for what it is not.
  public static final int SCHEMA = 2;

  // Long enough to even out, short enough to follow the day.
  private static final int PACED_WINDOWS = 15;
  // A rollout that heard nothing for so long has failed before.
  private static final Duration LONGEST_GAP = Duration.ofDays(7);

  public Evidence {
    pace = List.copyOf(pace);
    guards = List.copyOf(guards);
  }

  /// What one guard's test remembers.
  public record Remembered(String guard, TestState state) {}

  /// Whether feedback was proven to arrive for one arm more often than for the other.
  boolean feedbackDiffers() {
    return feedback.map(FeedbackRatesState::different).orElse(false);
  }

  Evidence withRepeated() {
    return new Evidence(
        until,
        windows,
        canaryUnits,
        repeated + 1,
        misfits,
        silentFor,
        pace,
        guards,
        split,
        feedback);
  }

  Evidence withMisfit() {
    return new Evidence(
        until,
        windows,
        canaryUnits,
        repeated,
        misfits + 1,
        silentFor,
        pace,
        guards,
        split,
        feedback);
  }

  /// Requests a minute of both arms, over the last windows; 0 before the first.
  public double perMinute() {
    return pace.stream().mapToDouble(each -> each).average().orElse(0);
  }

  List<Double> paceAfter(Window window) {
    double requests = window.stable().requests() + window.canary().requests();
    double minutes = Duration.between(window.start(), window.end()).toMillis() / 60_000.0;
    List<Double> next = new ArrayList<>(pace);
    if (window.stable().errors().valid() && window.canary().errors().valid()) {
      next.add(requests / minutes);
    }
    return next.subList(Math.max(0, next.size() - PACED_WINDOWS), next.size());
  }

  /// Whether a window is a new one and can be one at all.
  Fit fit(Window window) {
    if (until.isPresent() && !window.end().isAfter(until.get())) {
      return Fit.REPEATED;
    }
    boolean overlaps = until.filter(window.start()::isBefore).isPresent();
    // A clock that ran ahead would make all that follows look repeated.
    boolean leaps = until.filter(end -> window.start().isAfter(end.plus(LONGEST_GAP))).isPresent();
    return overlaps || leaps || !window.hasRightLength() ? Fit.MISFIT : Fit.NEXT;
  }

  /// Whether a window may enter.
  enum Fit {
    NEXT,
    REPEATED,
    MISFIT
  }
}
