package dev.sluice.statistics;

/// What a [RateTest] remembers.
///
/// @param stable all windows; only for the dispersion
/// @param canary all windows
public record RateState(
    RateRule rule, Counts stable, Counts canary, Clusters clusters, Progress progress)
    implements TestState {}
