package dev.sluice.backtest;

import dev.sluice.routing.Share;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.PairedCounts;
import dev.sluice.statistics.PairedLatencies;
import dev.sluice.statistics.QuantileRule;
import dev.sluice.statistics.QuantileTest;
import dev.sluice.statistics.RatioRule;
import dev.sluice.statistics.RatioTest;
import dev.sluice.statistics.Units;
import dev.sluice.statistics.Verdict;
import java.util.List;
import java.util.function.Supplier;
import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.InverseErfc;

/// How often a step is entered that should not be: the canary is so bad that the whole service
/// would be exactly out of tolerance with the next share, and stays at the share before to the end.
final class StepCharacteristics {
  private static final List<Double> PLAN = List.of(0.01, 0.05, 0.25, 0.5);
  private static final List<Double> NEXT = List.of(0.05, 0.25, 0.5, 1.0);
  private static final int WINDOWS = 240;

  private StepCharacteristics() {}

  static List<String> wrongAdvances(int runs) {
    Markdown table =
        new Markdown("guard", "service", "into 5 %", "into 25 %", "into 50 %", "into 100 %");
    for (double floor : new double[] {0, 0.001}) {
      for (double errors : new double[] {0.005, 0.001, 0.02}) {
        String guard = floor == 0 ? "error ratio" : "error ratio, floor 0.1 %";
        String service = Markdown.percent(errors) + " errors, 3,000 a window";
        table.row(cells(guard, service, step -> ratio(errors, floor, step, runs)));
      }
    }
    for (double sigma : new double[] {0.4, 0.6}) {
      table.row(
          cells(
              "p95 within 10 %", "3,000 a window, sigma " + sigma, step -> p95(sigma, step, runs)));
    }
    return table.lines();
  }

  private interface Cell {
    double at(int step);
  }

  private static String[] cells(String guard, String service, Cell cell) {
    String[] row = new String[2 + NEXT.size()];
    row[0] = guard;
    row[1] = service;
    for (int step = 0; step < NEXT.size(); step++) {
      row[2 + step] = Markdown.percent(cell.at(step));
    }
    return row;
  }

  private static double ratio(double errors, double floor, int step, int runs) {
    double next = NEXT.get(step);
    double margin = 1 + 0.5 / next;
    double tolerated = Math.min(floor / next, Math.max(floor, 0.1));
    double ratio = Math.max(margin * errors, tolerated) / errors;
    double present = PLAN.get(step);
    Steady source = new Steady(errors, 3000, present, ratio, WINDOWS);
    RatioRule rule = RatioRule.of(1.1, 1.5, floor).withUnits(Units.REQUEST);
    Supplier<Looks<PairedCounts>> looks = Looks.of(RatioTest.of(rule, Levels.DEFAULT, PLAN), next);
    return Runs.until(Verdict.SAFE, source, looks, runs, 300 + step).rate();
  }

  private static double p95(double sigma, int step, int runs) {
    QuantileRule rule = QuantileRule.of(0.95, 0.1);
    double next = NEXT.get(step);
    Share present = Share.ofFraction(PLAN.get(step));
    Traffic service = Latencies.service(3000, sigma, Drift.NONE);
    Effect slower = Effect.latency(edge(sigma, next, rule.effectiveTolerance()));
    Latencies source = new Latencies(service, slower, window -> present, 100);
    Supplier<Looks<PairedLatencies>> looks =
        Looks.of(QuantileTest.of(rule, Levels.DEFAULT, PLAN), next);
    return Runs.until(Verdict.SAFE, source, looks, runs, 400 + step).rate();
  }

  /// How much slower a canary with share `s` is when `(1-s) P(A > cL) + s P(B > cL) = 5 %`, for
  /// lognormal latencies.
  private static double edge(double sigma, double share, double tolerance) {
    double limit = Math.sqrt(2) * InverseErfc.value(2 * 0.05) * sigma + Math.log(1 + tolerance);
    double stable = 0.5 * Erfc.value(limit / sigma / Math.sqrt(2));
    double canary = (0.05 - (1 - share) * stable) / share;
    double quantile = Math.sqrt(2) * InverseErfc.value(2 * canary);
    return Math.exp(limit - sigma * quantile);
  }
}
