package dev.sluice.backtest;

import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.Levels;
import dev.sluice.statistics.MeanRule;
import dev.sluice.statistics.MeanTest;
import dev.sluice.statistics.Moments;
import dev.sluice.statistics.PairedCounts;
import dev.sluice.statistics.RateRule;
import dev.sluice.statistics.RateTest;
import dev.sluice.statistics.SampleRatio;
import dev.sluice.statistics.SampleRatioState;
import dev.sluice.statistics.Units;
import dev.sluice.statistics.Verdict;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// What the split, the guard on a bound and the guard on means do.
final class OtherCharacteristics {
  private OtherCharacteristics() {}

  /// The split: assignments that follow it, and assignments that do not.
  static List<String> split(int runs) {
    Markdown table = new Markdown("odds of the canary", "ever MISMATCH", "median window");
    for (double odds : new double[] {1, 1.05, 1.22}) {
      Assignments source = new Assignments(odds);
      Runs mismatch = Runs.until(Verdict.HARMFUL, source, OtherCharacteristics::watch, runs, 17);
      double windows = mismatch.requests(0.5) / Assignments.PER_WINDOW;
      table.row(
          odds == 1 ? "as configured" : odds + " times as configured",
          Markdown.percent(mismatch.rate()),
          odds == 1 ? "" : Markdown.count(windows));
    }
    return table.lines();
  }

  private static Looks<SampleRatio.Window> watch() {
    return new Looks<>() {
      private SampleRatioState state = SampleRatio.DEFAULT.start();

      @Override
      public Verdict look(SampleRatio.Window window) {
        state = SampleRatio.DEFAULT.after(state, window);
        return switch (state.verdict()) {
          case MISMATCH -> Verdict.HARMFUL;
          case OK_SO_FAR -> Verdict.UNDECIDED;
          case NO_DATA -> Verdict.NO_DATA;
        };
      }
    };
  }

  private record Assignments(double odds) implements Source<SampleRatio.Window> {
    static final int PER_WINDOW = 200;

    @Override
    public int windows() {
      return 400;
    }

    @Override
    public IntFunction<SampleRatio.Window> run(RandomGenerator chance) {
      return number -> window(number, chance);
    }

    private SampleRatio.Window window(int number, RandomGenerator chance) {
      double share = Stream.Shape.RAMP.share(number / (double) windows());
      double really = odds * share / (1 - share + odds * share);
      int canary = Draws.binomial(chance, PER_WINDOW, really);
      return new SampleRatio.Window(PER_WINDOW - canary, canary, share);
    }

    @Override
    public double canaryRequests(SampleRatio.Window window) {
      return window.canary();
    }

    @Override
    public double requests(SampleRatio.Window window) {
      return window.canary() + window.stable();
    }
  }

  /// The bound of 5 % errors, 60 requests of the canary a window, 480 windows.
  static List<String> bound(int runs) {
    Markdown table =
        new Markdown(
            "errors of the canary",
            "ever HARMFUL",
            "ever SAFE",
            "canary requests to the verdict: median");
    RateRule rule = RateRule.of(0.05).withUnits(Units.REQUEST);
    Supplier<Looks<PairedCounts>> looks = Looks.of(RateTest.of(rule, Levels.DEFAULT, List.of()), 1);
    for (double errors : new double[] {0.05, 0.04, 0.06, 0.1}) {
      Steady source = new Steady(errors, 120, 0.5, 1, 480);
      Runs harmful = Runs.until(Verdict.HARMFUL, source, looks, runs, 23);
      Runs safe = Runs.until(Verdict.SAFE, source, looks, runs, 23);
      table.row(
          Markdown.percent(errors),
          Markdown.percent(harmful.rate()),
          Markdown.percent(safe.rate()),
          errors == 0.05
              ? ""
              : Markdown.count((errors < 0.05 ? safe : harmful).canaryRequests(0.5)));
    }
    return table.lines();
  }

  /// The mean, with a margin of a tenth of a standard deviation: 200 blocks of 150 and 50 values.
  static List<String> mean(int runs) {
    Markdown table =
        new Markdown(
            "values",
            "equal: ever HARMFUL",
            "at the margin: ever SAFE",
            "equal: ever SAFE",
            "a tenth of sd worse: ever HARMFUL");
    for (Values values : Values.values()) {
      table.row(
          values.text(),
          wrong(Verdict.HARMFUL, new Blocks(values, 0), runs),
          wrong(Verdict.SAFE, new Blocks(values, 0.1), runs),
          wrong(Verdict.SAFE, new Blocks(values, 0), runs),
          wrong(Verdict.HARMFUL, new Blocks(values, 0.1), runs));
    }
    return table.lines();
  }

  private static String wrong(Verdict verdict, Blocks blocks, int runs) {
    double margin = 0.1 * blocks.values().deviation();
    MeanRule rule = MeanRule.of(Contrast.absolute(margin));
    Supplier<Looks<MeanTest.Window>> looks =
        Looks.of(MeanTest.of(rule, Levels.DEFAULT, List.of()), 1);
    return Markdown.percent(Runs.until(verdict, blocks, looks, runs, 29).rate());
  }

  private enum Values {
    NORMAL("normal", 1),
    EXPONENTIAL("exponential", 1),
    LOGNORMAL("lognormal, sigma 1", Math.sqrt((Math.E - 1) * Math.E));

    private final String text;
    private final double deviation;

    Values(String text, double deviation) {
      this.text = text;
      this.deviation = deviation;
    }

    String text() {
      return text;
    }

    double deviation() {
      return deviation;
    }

    private double draw(RandomGenerator chance) {
      return switch (this) {
        case NORMAL -> chance.nextGaussian();
        case EXPONENTIAL -> chance.nextExponential();
        case LOGNORMAL -> Math.exp(chance.nextGaussian());
      };
    }

    Moments moments(RandomGenerator chance, int n, double shift) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double value = draw(chance) + shift;
        sum += value;
        squares += value * value;
      }
      return new Moments(n, sum / n, Math.max(0, squares - sum * sum / n));
    }
  }

  /// @param shift of the canary, in standard deviations
  private record Blocks(Values values, double shift) implements Source<MeanTest.Window> {
    @Override
    public int windows() {
      return 200;
    }

    @Override
    public IntFunction<MeanTest.Window> run(RandomGenerator chance) {
      return number -> window(chance);
    }

    private MeanTest.Window window(RandomGenerator chance) {
      return new MeanTest.Window(
          values.moments(chance, 150, 0),
          values.moments(chance, 50, shift * values.deviation()),
          0.25);
    }

    @Override
    public double canaryRequests(MeanTest.Window window) {
      return window.canary().units();
    }

    @Override
    public double requests(MeanTest.Window window) {
      return window.canary().units() + window.stable().units();
    }
  }
}
