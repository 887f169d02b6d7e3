package dev.sluice.backtest;

import java.util.random.RandomGenerator;

/// Where the windows of a simulated run come from.
///
/// @param <W> what one window brings
interface Source<W> {
  int windows();

  W window(int number, RandomGenerator chance);

  double canaryRequests(W window);

  /// Of both arms.
  double requests(W window);

  /// The source of one run: itself where nothing is remembered from window to window.
  Source<W> begun(RandomGenerator chance);
}
