package dev.sluice.backtest;

import dev.sluice.routing.Share;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.PairedLatencies;
import dev.sluice.statistics.QuantileRule;
import dev.sluice.statistics.QuantileTest;
import dev.sluice.statistics.Verdict;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/// What the guard on the p95 does.
final class LatencyCharacteristics {
  private static final QuantileRule RULE = QuantileRule.of(0.95, 0.1);
  private static final int WINDOWS = 100;

  private LatencyCharacteristics() {}

  /// How often it is wrong, and how soon it is right.
  static List<String> p95(int runs) {
    Markdown table =
        new Markdown(
            "canary",
            "traffic",
            "ever HARMFUL",
            "ever SAFE",
            "canary requests to the verdict: median (90 %)");
    double edge = 1 + RULE.effectiveTolerance();
    row(
        table,
        "equal",
        1,
        3000,
        LatencyCharacteristics::ramp,
        "3,000 a window, ramp, drifting",
        Verdict.SAFE,
        runs);
    row(
        table,
        "p95 9.05 % worse",
        edge,
        3000,
        LatencyCharacteristics::ramp,
        "the same",
        Verdict.UNDECIDED,
        runs);
    row(
        table,
        "p95 9.05 % worse",
        edge,
        600,
        LatencyCharacteristics::half,
        "600 a window, 50 %",
        Verdict.UNDECIDED,
        runs);
    row(
        table,
        "30 % slower",
        1.3,
        3000,
        LatencyCharacteristics::five,
        "3,000 a window, 5 %",
        Verdict.HARMFUL,
        runs / 4);
    row(
        table,
        "10 % slower",
        1.1,
        3000,
        LatencyCharacteristics::five,
        "the same",
        Verdict.UNDECIDED,
        runs / 4);
    return table.lines();
  }

  private static Share ramp(int window) {
    return Share.ofPercent(window < 25 ? 1 : window < 50 ? 5 : window < 75 ? 25 : 50);
  }

  private static Share half(int window) {
    return Share.ofPercent(50);
  }

  private static Share five(int window) {
    return Share.ofPercent(5);
  }

  private static void row(
      Markdown table,
      String canary,
      double slower,
      int perMinute,
      IntFunction<Share> share,
      String traffic,
      Verdict timed,
      int runs) {
    Traffic service = Latencies.service(perMinute, 0.6, new Drift(0.2));
    Latencies source = new Latencies(service, Effect.latency(slower), share, WINDOWS);
    Supplier<Looks<PairedLatencies>> looks =
        Looks.of(QuantileTest.of(RULE, Levels.DEFAULT, List.of()), 1);
    Runs harmful = Runs.until(Verdict.HARMFUL, source, looks, runs, 95);
    Runs safe = Runs.until(Verdict.SAFE, source, looks, runs, 95);
    Runs delay = timed == Verdict.SAFE ? safe : harmful;
    table.row(
        canary,
        traffic,
        Markdown.percent(harmful.rate()),
        Markdown.percent(safe.rate()),
        timed == Verdict.UNDECIDED
            ? ""
            : Markdown.count(delay.canaryRequests(0.5))
                + " ("
                + Markdown.count(delay.canaryRequests(0.9))
                + ")");
  }
}
