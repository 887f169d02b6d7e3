package dev.sluice.backtest;

import dev.sluice.statistics.Counts;
import dev.sluice.statistics.PairedCounts;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/// Invented counts under one share, without any drift.
///
/// @param errors stable's rate
/// @param ratio the canary's rate over stable's
record Steady(double errors, int requests, double share, double ratio, int windows)
    implements CountSource {
  private PairedCounts window(RandomGenerator chance) {
    int canary = Draws.rounded(chance, requests * share);
    int stable = requests - canary;
    return PairedCounts.of(
        new Counts(stable, Draws.binomial(chance, stable, errors)),
        new Counts(canary, Draws.binomial(chance, canary, errors * ratio)));
  }

  @Override
  public IntFunction<PairedCounts> run(RandomGenerator chance) {
    return number -> window(chance);
  }
}
