package dev.sluice.rollout;

import java.time.Instant;

/// Where in a plan a rollout stands, and what there was when it got there.
///
/// What happened within the step is a difference of totals, so that nothing has to be reset, and a
/// pause, which keeps the stay, loses nothing.
///
/// @param step index into the plan's steps
/// @param windowsBefore consumed windows when the step was entered
/// @param unitsBefore the canary's requests in them
public record Stay(int step, Instant since, long windowsBefore, double unitsBefore) {

  /// A step that is entered now.
  static Stay entering(int step, Instant now, Sight sight) {
    return new Stay(step, now, sight.windows(), sight.canaryUnits());
  }

  public long windows(Sight sight) {
    return sight.windows() - windowsBefore;
  }

  public double units(Sight sight) {
    return sight.canaryUnits() - unitsBefore;
  }
}
