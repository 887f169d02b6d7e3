package dev.sluice.backtest;

import dev.sluice.statistics.PairedCounts;
import dev.sluice.statistics.Verdict;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/// Many runs of a stream under one way to judge, each with a seed of its own: the result does not
/// depend on how many threads there are.
///
/// @param canaryRequests in the runs with the verdict, until it was there; sorted
/// @param requests the same of both arms
record Runs(int runs, double[] canaryRequests, double[] requests) {
  private static final RandomGeneratorFactory<RandomGenerator> CHANCE =
      RandomGeneratorFactory.of("L64X128MixRandom");

  private record End(boolean reached, double canary, double all) {}

  static Runs until(Verdict wanted, Stream stream, Supplier<Looks> looks, int runs, long seed) {
    End[] ends =
        IntStream.range(0, runs)
            .parallel()
            .mapToObj(run -> run(wanted, stream, looks.get(), CHANCE.create(seed + run)))
            .filter(End::reached)
            .toArray(End[]::new);
    return new Runs(
        runs,
        Arrays.stream(ends).mapToDouble(End::canary).sorted().toArray(),
        Arrays.stream(ends).mapToDouble(End::all).sorted().toArray());
  }

  private static End run(Verdict wanted, Stream stream, Looks looks, RandomGenerator chance) {
    double canary = 0;
    double all = 0;
    for (int k = 0; k < stream.windows(); k++) {
      PairedCounts window = stream.window(k, chance);
      canary += window.canary().units();
      all += window.canary().units() + window.stable().units();
      if (looks.look(window) == wanted) {
        return new End(true, canary, all);
      }
    }
    return new End(false, canary, all);
  }

  /// How many of the runs came to the verdict, 0..1.
  double rate() {
    return canaryRequests.length / (double) runs;
  }

  /// The standard error of a rate of `p`.
  double error(double p) {
    return Math.sqrt(p * (1 - p) / runs);
  }

  /// Of all runs, those without the verdict being the slowest.
  static double quantile(double[] sorted, int runs, double part) {
    int at = (int) Math.ceil(part * runs) - 1;
    return at < sorted.length ? sorted[Math.max(0, at)] : Double.POSITIVE_INFINITY;
  }

  String percent() {
    return String.format(Locale.ROOT, "%.2f %%", 100 * rate());
  }
}
