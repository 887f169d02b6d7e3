package dev.sluice.statistics;

import java.util.OptionalDouble;

/// What people are shown beside a verdict. None of it decides.
///
/// @param stable all used windows; of a mean nothing is kept
/// @param canary all used windows
/// @param estimate of what the test compares: a ratio, a rate or a difference of means; empty where
///     there is none
/// @param interval the values that no window contradicts
/// @param effectiveUnits how many independent units the canary's are worth, as far as that is known
public record Account(
    Counts stable,
    Counts canary,
    OptionalDouble estimate,
    Interval interval,
    double effectiveUnits) {}
