package dev.sluice.backtest;

import dev.sluice.statistics.PairedCounts;

/// A source of counts.
interface CountSource extends Source<PairedCounts> {
  @Override
  default double canaryRequests(PairedCounts window) {
    return window.canary().units();
  }

  @Override
  default double requests(PairedCounts window) {
    return window.canary().units() + window.stable().units();
  }
}
