package dev.sluice.backtest;

import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/// Where the windows of simulated runs come from.
///
/// @param <W> what one window brings
interface Source<W> {
  int windows();

  /// One run: its windows by number, to be asked for in order.
  IntFunction<W> run(RandomGenerator chance);

  double canaryRequests(W window);

  /// Of both arms.
  double requests(W window);
}
