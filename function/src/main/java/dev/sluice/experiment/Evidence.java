package dev.sluice.experiment;

import dev.sluice.statistics.SampleRatioState;
import dev.sluice.statistics.TestState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// All that a rollout has learned: sums, never requests. It is stored with the rollout's state in
/// one write, so that a window counts once whoever leads.
///
/// @param until the end of the last window that was taken; earlier ones are not taken again
/// @param windows taken so far
/// @param canaryUnits requests of the canary in them
/// @param repeated windows that ended at or before `until`, and were left out
/// @param misfits windows of an impossible length or that overlap the last one, left out
/// @param silentFor windows in a row in which stable had requests and the canary, with a share
///     above 0, had none
/// @param guards what the test of each guard remembers
/// @param split what is known of the assignments
public record Evidence(
    Optional<Instant> until,
    long windows,
    double canaryUnits,
    long repeated,
    long misfits,
    int silentFor,
    List<Remembered> guards,
    SampleRatioState split) {

  /// The number of this form. Evidence of another form is refused where it is read: it is never
  /// taken for what it is not.
  public static final int SCHEMA = 1;

  public Evidence {
    guards = List.copyOf(guards);
  }

  /// What one guard's test remembers.
  public record Remembered(String guard, TestState state) {}

  Evidence withRepeated() {
    return new Evidence(
        until, windows, canaryUnits, repeated + 1, misfits, silentFor, guards, split);
  }

  Evidence withMisfit() {
    return new Evidence(
        until, windows, canaryUnits, repeated, misfits + 1, silentFor, guards, split);
  }

  /// Whether a window is a new one and can be one at all.
  Fit fit(Window window) {
    if (until.isPresent() && !window.end().isAfter(until.get())) {
      return Fit.REPEATED;
    }
    boolean overlaps = until.isPresent() && window.start().isBefore(until.get());
    return overlaps || !window.hasRightLength() ? Fit.MISFIT : Fit.NEXT;
  }

  /// Whether a window may enter.
  enum Fit {
    NEXT,
    REPEATED,
    MISFIT
  }
}
