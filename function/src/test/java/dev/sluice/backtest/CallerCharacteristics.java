package dev.sluice.backtest;

import dev.sluice.backtest.Crowd.Size;
import dev.sluice.backtest.Crowd.Staying;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.PairedCounts;
import dev.sluice.statistics.RatioRule;
import dev.sluice.statistics.RatioTest;
import dev.sluice.statistics.Units;
import dev.sluice.statistics.Verdict;
import java.util.List;
import java.util.function.Supplier;

/// What the guard on error ratios does when the requests of a caller are alike.
final class CallerCharacteristics {
  private static final double ERRORS = 0.02;
  private static final double FLOOR = 0.02;

  private CallerCharacteristics() {}

  /// How often it is wrong, as it is and without the correction.
  static List<String> errors(int runs) {
    Markdown table =
        new Markdown(
            "callers",
            "requests",
            "errors of a caller",
            "equal: ever HARMFUL",
            "1.50 times: ever SAFE",
            "always at the floor: ever SAFE",
            "uncorrected: equal HARMFUL",
            "uncorrected: 1.50 times SAFE");
    for (Staying staying : Staying.values()) {
      for (Size size : Size.values()) {
        for (double alike : new double[] {0.2, 1}) {
          table.row(row(staying, size, alike, runs));
        }
      }
    }
    return table.lines();
  }

  private static String[] row(Staying staying, Size size, double alike, int runs) {
    Crowd equal =
        switch (staying) {
          case FIXED -> new Crowd(staying, 200, size, alike, ERRORS, 1, 0.5, 60);
          case NEW -> new Crowd(staying, 40, size, alike, ERRORS, 1, 0.5, 60);
        };
    Crowd edge = equal.withRatio(1.5);
    // Stable never fails, so that nothing but the floor can be proven.
    Crowd floor = new Crowd(staying, equal.callers(), size, alike, FLOOR / 1e6, 1e6, 0.5, 60);
    return new String[] {
      staying == Staying.FIXED ? "always the same 200" : "40 new ones a window",
      size.text(),
      alike == 1 ? "always or never" : "correlation " + alike,
      wrong(Verdict.HARMFUL, equal, judge(Units.DISPERSED, 0), runs),
      wrong(Verdict.SAFE, edge, judge(Units.DISPERSED, 0), runs),
      wrong(Verdict.SAFE, floor, judge(Units.DISPERSED, FLOOR), runs),
      wrong(Verdict.HARMFUL, equal, judge(Units.REQUEST, 0), runs),
      wrong(Verdict.SAFE, edge, judge(Units.REQUEST, 0), runs)
    };
  }

  private static String wrong(
      Verdict verdict, Crowd crowd, Supplier<Looks<PairedCounts>> looks, int runs) {
    return Markdown.percent(Runs.until(verdict, crowd, looks, runs, 77).rate());
  }

  private static Supplier<Looks<PairedCounts>> judge(Units units, double floor) {
    RatioRule rule = RatioRule.of(1.1, 1.5, floor).withUnits(units);
    return Looks.of(RatioTest.of(rule, Levels.DEFAULT, List.of()), 1);
  }
}
