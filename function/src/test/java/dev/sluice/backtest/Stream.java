package dev.sluice.backtest;

import dev.sluice.statistics.Counts;
import dev.sluice.statistics.PairedCounts;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/// Invented counts of two arms, window by window.
///
/// @param errors stable's base rate
/// @param requests a window, both arms
/// @param shape how the share goes, and whether rates and traffic drift
/// @param ratio the canary's rate over stable's
/// @param windows how many
record Stream(double errors, int requests, Shape shape, double ratio, int windows)
    implements CountSource {
  /// How the share goes.
  enum Shape {
    FIVE("5 %, drifting"),
    HALF("50 %, steady"),
    RAMP("1, 5, 25, 50 %, drifting");

    private final String text;

    Shape(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }

    double share(double done) {
      return switch (this) {
        case FIVE -> 0.05;
        case HALF -> 0.5;
        case RAMP -> done < 0.25 ? 0.01 : done < 0.5 ? 0.05 : done < 0.75 ? 0.25 : 0.5;
      };
    }

    double swing() {
      return switch (this) {
        case HALF -> 0;
        case FIVE, RAMP -> 1;
      };
    }
  }

  Stream withRatio(double other) {
    return new Stream(errors, requests, shape, other, windows);
  }

  @Override
  public IntFunction<PairedCounts> run(RandomGenerator chance) {
    return number -> window(number, chance);
  }

  /// The window with this number: rates swing by 80 %, traffic by 60 % over the run, and not in
  /// step with each other.
  private PairedCounts window(int number, RandomGenerator chance) {
    double done = number / (double) windows;
    double turn = 2 * Math.PI * done;
    double rate = errors * (1 + 0.8 * shape.swing() * Math.sin(turn));
    int n = (int) Math.round(requests * (1 + 0.6 * shape.swing() * Math.sin(2 * turn)));
    // The tests compare within a window, and none looks at how the split scatters.
    int canary = Draws.rounded(chance, n * shape.share(done));
    return PairedCounts.of(arm(chance, n - canary, rate), arm(chance, canary, ratio * rate));
  }

  private static Counts arm(RandomGenerator chance, int n, double rate) {
    return new Counts(n, Draws.binomial(chance, n, rate));
  }
}
