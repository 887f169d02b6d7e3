package dev.sluice.backtest;

import dev.sluice.statistics.Counts;
import dev.sluice.statistics.PairedCounts;
import java.util.random.RandomGenerator;

/// Invented counts under one share, without any drift.
///
/// @param errors stable's rate
/// @param ratio the canary's rate over stable's
record Steady(double errors, int requests, double share, double ratio, int windows)
    implements Source<PairedCounts> {
  @Override
  public PairedCounts window(int number, RandomGenerator chance) {
    int canary = Draws.rounded(chance, requests * share);
    int stable = requests - canary;
    return PairedCounts.of(
        new Counts(stable, Draws.binomial(chance, stable, errors)),
        new Counts(canary, Draws.binomial(chance, canary, errors * ratio)));
  }

  @Override
  public Source<PairedCounts> begun(RandomGenerator chance) {
    return this;
  }

  @Override
  public double canaryRequests(PairedCounts window) {
    return window.canary().units();
  }

  @Override
  public double requests(PairedCounts window) {
    return window.canary().units() + window.stable().units();
  }
}
