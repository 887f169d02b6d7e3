package dev.sluice.statistics;

import java.util.List;

/// What a [QuantileTest] remembers.
///
/// @param planned the shares whose margins are points of the grid: those of the plan at its start
/// @param rungs one profile for each shift of the ladder, in its order, the rule's own last
/// @param over the part of the own profile that stable's latencies above `c L` made
/// @param history stable's past latencies
/// @param stable all used windows: units, and latencies above `L`
/// @param canary all used windows: units, and latencies above `c L`
public record QuantileState(
    QuantileRule rule,
    List<Double> planned,
    List<Doubles> rungs,
    Doubles over,
    Doubles history,
    Counts stable,
    Counts canary,
    Clusters clusters,
    Progress progress)
    implements TestState {

  public QuantileState {
    planned = List.copyOf(planned);
    rungs = List.copyOf(rungs);
  }
}
