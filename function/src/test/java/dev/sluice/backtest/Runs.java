package dev.sluice.backtest;

import dev.sluice.statistics.Verdict;
import java.util.Arrays;
import java.util.function.IntFunction;
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

  static <W> Runs until(
      Verdict wanted, Source<W> source, Supplier<Looks<W>> looks, int runs, long seed) {
    End[] ends =
        IntStream.range(0, runs)
            .parallel()
            .mapToObj(run -> run(wanted, source, looks.get(), CHANCE.create(seed + run)))
            .filter(End::reached)
            .toArray(End[]::new);
    return new Runs(
        runs,
        Arrays.stream(ends).mapToDouble(End::canary).sorted().toArray(),
        Arrays.stream(ends).mapToDouble(End::all).sorted().toArray());
  }

  private static <W> End run(
      Verdict wanted, Source<W> source, Looks<W> looks, RandomGenerator chance) {
    IntFunction<W> windows = source.run(chance);
    double canary = 0;
    double all = 0;
    for (int k = 0; k < source.windows(); k++) {
      W window = windows.apply(k);
      canary += source.canaryRequests(window);
      all += source.requests(window);
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

  /// Canary requests until the verdict, of all runs; those without it are the slowest.
  double canaryRequests(double part) {
    return quantile(canaryRequests, part);
  }

  /// The same of both arms.
  double requests(double part) {
    return quantile(requests, part);
  }

  private double quantile(double[] sorted, double part) {
    int at = Math.max(0, (int) Math.ceil(part * runs) - 1);
    return at < sorted.length ? sorted[at] : Double.POSITIVE_INFINITY;
  }
}
