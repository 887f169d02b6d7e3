package dev.sluice.statistics;

import java.util.List;

/// What a [RatioTest] remembers.
///
/// @param planned the shares whose margins are points of the grid: those of the plan at its start
/// @param profile the log-likelihood of each point of the grid, relative to "no change"
/// @param stable all windows
/// @param canary all windows
public record RatioState(
    RatioRule rule,
    List<Double> planned,
    Doubles profile,
    Counts stable,
    Counts canary,
    Clusters clusters,
    Progress progress)
    implements TestState {

  public RatioState {
    planned = List.copyOf(planned);
  }
}
