package dev.sluice.config;

import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicLong;

/// How far the runs are, told ten times: on a terminal in one line that is written over, else in
/// lines. Thread-safe.
final class BacktestProgress {
  private static final int TIMES = 10;

  private final PrintStream out;
  private final long all;
  private final boolean terminal;
  private final AtomicLong done = new AtomicLong();

  /// @param all runs
  BacktestProgress(PrintStream out, long all, boolean terminal) {
    this.out = out;
    this.all = all;
    this.terminal = terminal;
  }

  void one() {
    long now = done.incrementAndGet();
    long tenth = now * TIMES / all;
    if (tenth > (now - 1) * TIMES / all) {
      tell(tenth);
    }
  }

  private void tell(long tenth) {
    String text = "backtest: " + tenth * (100 / TIMES) + " % of " + all + " runs";
    if (!terminal) {
      out.println(text);
    } else {
      out.print("\r" + text + (tenth == TIMES ? "\n" : ""));
    }
  }
}
