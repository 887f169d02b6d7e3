package dev.sluice.backtest;

import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.PairedCounts;
import dev.sluice.statistics.RatioRule;
import dev.sluice.statistics.RatioTest;
import dev.sluice.statistics.SequentialTest;
import dev.sluice.statistics.TestState;
import dev.sluice.statistics.Units;
import dev.sluice.statistics.Verdict;
import java.util.List;
import java.util.function.Supplier;

/// A way to judge a stream that is looked at after every window. Remembers what it saw, so it is
/// good for one run.
///
/// @param <W> what one window brings
interface Looks<W> {
  Verdict look(W window);

  /// Ours.
  static Supplier<Looks<PairedCounts>> ours(RatioRule rule) {
    return of(RatioTest.of(rule.withUnits(Units.REQUEST), Levels.DEFAULT, List.of()), 1);
  }

  /// A test, for one share of its plan.
  static <S extends TestState, W> Supplier<Looks<W>> of(SequentialTest<S, W> test, double share) {
    return () ->
        new Looks<>() {
          private S state = test.start();

          @Override
          public Verdict look(W window) {
            state = test.after(state, window);
            return state.progress().verdict(share);
          }
        };
  }

  /// A fault: all windows thrown together, whatever the share was.
  static Supplier<Looks<PairedCounts>> pooling(RatioRule rule) {
    RatioTest test = RatioTest.of(rule.withUnits(Units.REQUEST), Levels.DEFAULT, List.of());
    return () ->
        new Looks<>() {
          private Counts stable = Counts.NONE;
          private Counts canary = Counts.NONE;
          private Verdict latched = Verdict.NO_DATA;

          @Override
          public Verdict look(PairedCounts window) {
            stable = stable.plus(window.stable());
            canary = canary.plus(window.canary());
            Verdict now =
                test.after(test.start(), PairedCounts.of(stable, canary)).progress().verdict();
            latched = latched == Verdict.HARMFUL || latched == Verdict.SAFE ? latched : now;
            return latched;
          }
        };
  }

  /// A fault: the arms in each other's place.
  static Supplier<Looks<PairedCounts>> swapped(RatioRule rule) {
    Supplier<Looks<PairedCounts>> ours = ours(rule);
    return () -> {
      Looks<PairedCounts> looks = ours.get();
      return window -> looks.look(PairedCounts.of(window.canary(), window.stable()));
    };
  }

  /// A fault, and a habit: a one-sided z-test of two rates at 5 %, looked at after every window.
  static Supplier<Looks<PairedCounts>> peeking() {
    return () ->
        new Looks<>() {
          private Counts stable = Counts.NONE;
          private Counts canary = Counts.NONE;
          private Verdict latched = Verdict.UNDECIDED;

          @Override
          public Verdict look(PairedCounts window) {
            stable = stable.plus(window.stable());
            canary = canary.plus(window.canary());
            if (latched == Verdict.UNDECIDED && z() > 1.6448536269514722) {
              latched = Verdict.HARMFUL;
            }
            return latched;
          }

          private double z() {
            double pooled = stable.plus(canary).rate();
            double variance = pooled * (1 - pooled) * (1 / stable.units() + 1 / canary.units());
            return (canary.rate() - stable.rate()) / Math.sqrt(variance);
          }
        };
  }

  /// A threshold rule, as progressive delivery tools are often set up: a window fails when the
  /// canary's rate in it is above 1 % and above 1.5 times stable's mean rate so far; five failed
  /// windows roll back.
  static Supplier<Looks<PairedCounts>> threshold() {
    return () ->
        new Looks<>() {
          private Counts stable = Counts.NONE;
          private int failed;

          @Override
          public Verdict look(PairedCounts window) {
            stable = stable.plus(window.stable());
            boolean fails = window.canary().rate() > Math.max(0.01, 1.5 * stable.rate());
            failed += fails ? 1 : 0;
            return failed >= 5 ? Verdict.HARMFUL : Verdict.UNDECIDED;
          }
        };
  }
}
