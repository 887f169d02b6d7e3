package dev.sluice.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.IntToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrawsTest {
  private static final int DRAWS = 40_000;

  private static RandomGenerator seeded(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  @ParameterizedTest
  @CsvSource({
    "600, 0.005",
    "600, 0.05",
    "600, 0.1",
    "60, 0.3",
    "50, 0.5",
    "50, 0.72",
    "600, 0.97",
    "1, 0.4"
  })
  void successesAreBinomial(int n, double p) {
    assertThat(chiSquareInDeviations(chance -> Draws.binomial(chance, n, p), n + 1, binomial(n, p)))
        .isLessThan(4);
  }

  @Test
  void nothingAndCertaintyNeedNoChance() {
    RandomGenerator none =
        () -> {
          throw new AssertionError("no chance is needed");
        };

    assertThat(Draws.binomial(none, 0, 0.5)).isZero();
    assertThat(Draws.binomial(none, 7, 0)).isZero();
    assertThat(Draws.binomial(none, 7, 1)).isEqualTo(7);
    assertThat(Draws.geometric(none, 1)).isEqualTo(1);
    assertThat(Draws.beta(none, 0, 0.5)).isZero();
    assertThat(Draws.beta(none, 0.25, 0)).isEqualTo(0.25);
  }

  @ParameterizedTest
  @CsvSource({"1.5", "5", "25"})
  void requestsOfACallerAreGeometric(double mean) {
    double stop = 1 / mean;

    assertThat(
            chiSquareInDeviations(
                chance -> Draws.geometric(chance, mean),
                400,
                k -> k == 0 ? 0 : stop * Math.pow(1 - stop, k - 1)))
        .isLessThan(4);
  }

  @ParameterizedTest
  @CsvSource({"0.005, 0.2", "0.02, 0.02", "0.02, 0.9", "0.5, 0.5", "0.3, 0.001", "0.999, 0.999"})
  void chancesOfCallersHaveTheirMeanAndCorrelation(double mean, double alike) {
    RandomGenerator chance = seeded(11);
    double[] drawn =
        DoubleStream.generate(() -> Draws.beta(chance, mean, alike)).limit(400_000).toArray();

    double found = DoubleStream.of(drawn).average().orElseThrow();
    double variance =
        DoubleStream.of(drawn).map(q -> (q - found) * (q - found)).average().orElseThrow();

    double expected = alike * mean * (1 - mean);
    assertThat(DoubleStream.of(drawn)).allMatch(q -> q >= 0 && q <= 1);
    assertThat(found).isCloseTo(mean, within(5 * Math.sqrt(expected / drawn.length)));
    assertThat(variance / expected).isCloseTo(1, within(0.05));
  }

  @Test
  void callersThatAreWhollyAlikeFailAlwaysOrNever() {
    RandomGenerator chance = seeded(3);

    double[] drawn =
        DoubleStream.generate(() -> Draws.beta(chance, 0.2, 1)).limit(10_000).toArray();

    assertThat(drawn).containsOnly(0, 1);
    assertThat(DoubleStream.of(drawn).average().orElseThrow()).isCloseTo(0.2, within(0.02));
  }

  @Test
  void roundingKeepsTheMean() {
    RandomGenerator chance = seeded(5);

    double mean =
        Stream.generate(() -> Draws.rounded(chance, 2.3))
            .limit(40_000)
            .mapToInt(n -> n)
            .average()
            .orElseThrow();

    assertThat(mean).isCloseTo(2.3, within(0.01));
    assertThat(Draws.rounded(chance, 4)).isEqualTo(4);
  }

  /// How many standard deviations Pearson's statistic is above its mean.
  private static double chiSquareInDeviations(
      ToIntFunction<RandomGenerator> draw, int size, IntToDoubleFunction chanceOf) {
    RandomGenerator chance = seeded(7);
    int[] seen = new int[size];
    for (int i = 0; i < DRAWS; i++) {
      seen[Math.min(draw.applyAsInt(chance), size - 1)]++;
    }
    double chi = 0;
    int bins = 0;
    double restSeen = 0;
    double restExpected = 0;
    for (int k = 0; k < size; k++) {
      double expected = DRAWS * chanceOf.applyAsDouble(k);
      if (expected >= 5) {
        chi += (seen[k] - expected) * (seen[k] - expected) / expected;
        bins++;
      } else {
        restSeen += seen[k];
        restExpected += expected;
      }
    }
    assertThat(restSeen).isCloseTo(restExpected, within(5 + 5 * Math.sqrt(restExpected)));
    int df = Math.max(1, bins - 1);
    return (chi - df) / Math.sqrt(2.0 * df);
  }

  private static IntToDoubleFunction binomial(int n, double p) {
    return k ->
        Math.exp(
            logFactorial(n)
                - logFactorial(k)
                - logFactorial(n - k)
                + k * Math.log(p)
                + (n - k) * Math.log1p(-p));
  }

  private static double logFactorial(int n) {
    double sum = 0;
    for (int i = 2; i <= n; i++) {
      sum += Math.log(i);
    }
    return sum;
  }
}
