package dev.sluice.control;

import dev.sluice.experiment.Tally;
import dev.sluice.experiment.Window;
import java.time.Duration;
import java.util.Optional;

/// What each arm brought over all windows of a rollout, added up to be shown. Nothing is decided by
/// it: sums over windows whose shares differ compare what is not comparable (Simpson 1951).
///
/// @param observed length of the windows together
public record Results(Tally stable, Tally canary, Duration observed) {
  /// Before the first window.
  public static final Results NONE = new Results(Tally.NONE, Tally.NONE, Duration.ZERO);

  Results with(Window window) {
    return new Results(
        stable.plus(slim(window.stable())),
        canary.plus(slim(window.canary())),
        observed.plus(Duration.between(window.start(), window.end())));
  }

  // What is known by groups of callers is needed by tests alone, and large.
  private static Tally slim(Tally tally) {
    return new Tally(
        tally.errors(),
        tally.latency(),
        tally.latencySeconds(),
        tally.groups(),
        Optional.empty(),
        tally.returning(),
        tally.fresh(),
        tally.callers(),
        tally.callersLeftOut(),
        tally.scores());
  }
}
