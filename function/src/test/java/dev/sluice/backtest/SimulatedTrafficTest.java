package dev.sluice.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.experiment.Tally;
import dev.sluice.experiment.Window;
import dev.sluice.routing.Share;
import dev.sluice.statistics.LatencyBuckets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulatedTrafficTest {
  private static final Instant BEGAN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static final Traffic PLAIN =
      new Traffic(
          600,
          Drift.NONE,
          0.02,
          Drift.NONE,
          new Traffic.Latency(20_000, 0.4, Drift.NONE),
          new Callers.Unknown(),
          Optional.empty());

  private static RandomGenerator seeded(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private static List<Window> windows(Traffic traffic, Effect effect, Share share, int count) {
    var simulated = new SimulatedTraffic(traffic, effect, BEGAN, seeded(1));
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                simulated
                    .window(
                        BEGAN.plus(MINUTE.multipliedBy(i)),
                        BEGAN.plus(MINUTE.multipliedBy(i + 1L)),
                        share)
                    .window())
        .toList();
  }

  private static Tally stable(List<Window> windows) {
    return windows.stream().map(Window::stable).reduce(Tally.NONE, Tally::plus);
  }

  private static Tally canary(List<Window> windows) {
    return windows.stream().map(Window::canary).reduce(Tally.NONE, Tally::plus);
  }

  private static double rateDeviation(Tally tally, double expected) {
    return (tally.errors().rate() - expected)
        / Math.sqrt(expected * (1 - expected) / tally.requests());
  }

  @Test
  void splitsRequestsByTheShareAndFailsThemByTheEffect() {
    List<Window> windows = windows(PLAIN, Effect.errors(3), Share.ofPercent(25), 500);

    Tally stable = stable(windows);
    Tally canary = canary(windows);
    assertThat(stable.requests() + canary.requests()).isEqualTo(300_000);
    assertThat(canary.requests() / 300_000).isCloseTo(0.25, within(0.004));
    assertThat(rateDeviation(stable, 0.02)).isBetween(-4.0, 4.0);
    assertThat(rateDeviation(canary, 0.06)).isBetween(-4.0, 4.0);
    assertThat(windows).allMatch(window -> window.stable().valid() && window.canary().valid());
    assertThat(stable.fresh()).isEqualTo(stable.requests());
    assertThat(stable.groupedLatency()).isEmpty();
  }

  @Test
  void aSlowerCanaryIsSlowerByWholeBuckets() {
    double twoBuckets = Math.pow(2, 2.0 / LatencyBuckets.PER_OCTAVE);
    List<Window> windows = windows(PLAIN, Effect.latency(twoBuckets), Share.ofPercent(50), 500);

    int level = LatencyBuckets.ofMicros(20_000 * Math.exp(1.645 * 0.4));
    Tally stable = stable(windows);
    Tally canary = canary(windows);
    assertThat(stable.latency().above(level) / stable.requests()).isCloseTo(0.05, within(0.01));
    assertThat(canary.latency().above(level + 2) / canary.requests())
        .isCloseTo(stable.latency().above(level) / stable.requests(), within(0.003));
    assertThat(stable.latencySeconds().moments().mean())
        .isCloseTo(0.02 * Math.exp(0.08), within(0.0003));
  }

  @Test
  void swingsAroundTheMeanWithinADay() {
    Traffic drifting =
        new Traffic(
            100,
            new Drift(0.5),
            0.2,
            new Drift(0.8),
            new Traffic.Latency(20_000, 0, new Drift(0.3)),
            new Callers.Unknown(),
            Optional.empty());

    List<Window> day = windows(drifting, Effect.NONE, Share.NONE, 24 * 60);

    Tally whole = stable(day);
    assertThat(whole.requests() / day.size()).isCloseTo(100, within(0.5));
    assertThat(day.stream().mapToDouble(window -> window.stable().requests()).max().orElseThrow())
        .isBetween(149.0, 151.0);
    assertThat(day.stream().mapToDouble(window -> window.stable().requests()).min().orElseThrow())
        .isBetween(49.0, 51.0);
    List<Double> hours =
        IntStream.range(0, 24)
            .mapToObj(hour -> stable(day.subList(hour * 60, hour * 60 + 60)).errors().rate())
            .toList();
    assertThat(hours).anyMatch(rate -> rate > 0.33).anyMatch(rate -> rate < 0.07);
  }

  @Test
  void aGrowingShareMovesFixedCallersOneWayOnly() {
    Traffic fixed = PLAIN.withCallers(new Callers.Fixed(40, Callers.Alike.NOT));
    var simulated = new SimulatedTraffic(fixed, Effect.NONE, BEGAN, seeded(2));

    Tally before =
        simulated.window(BEGAN, BEGAN.plus(MINUTE), Share.ofPercent(10)).window().canary();
    Tally after =
        simulated
            .window(BEGAN.plus(MINUTE), BEGAN.plus(MINUTE.multipliedBy(2)), Share.ofPercent(60))
            .window()
            .canary();

    assertThat(before.requests()).isPositive().isLessThan(after.requests());
    assertThat(after.returning()).isEqualTo(after.requests());
    assertThat(after.fresh()).isZero();
    assertThat(after.groups().requests().sum()).isEqualTo(after.requests());
    assertThat(IntStream.range(0, 32).filter(g -> before.groups().requests().get(g) > 0))
        .allMatch(g -> after.groups().requests().get(g) > 0);
  }

  @Test
  void errorsOfCallersThatAreAlikeComeTogether() {
    double alone = scatter(Callers.Alike.NOT);
    double together = scatter(new Callers.Alike(0.5));

    assertThat(alone).isBetween(0.5, 1.6);
    assertThat(together).isGreaterThan(5);
  }

  /// Pearson's dispersion over the groups of stable's callers.
  private static double scatter(Callers.Alike alike) {
    Traffic fixed = PLAIN.withErrors(0.1).withCallers(new Callers.Fixed(200, alike));
    Tally stable = stable(windows(fixed, Effect.NONE, Share.NONE, 100));
    double rate = stable.errors().rate();
    return IntStream.range(0, 32)
            .mapToDouble(
                g -> {
                  double expected = stable.groups().requests().get(g) * rate;
                  double off = stable.groups().errors().get(g) - expected;
                  return off * off / expected;
                })
            .sum()
        / 31;
  }

  @Test
  void passingCallersAreCountedOnceAndKeepTheRate() {
    Traffic passing =
        PLAIN.withErrors(0.1).withCallers(new Callers.Passing(5, new Callers.Alike(0.3)));

    Tally stable = stable(windows(passing, Effect.NONE, Share.ofPercent(50), 300));

    assertThat(stable.requests()).isCloseTo(90_000, within(2_000.0));
    assertThat(stable.requests() / stable.callers().units()).isCloseTo(5, within(0.1));
    assertThat(stable.fresh()).isEqualTo(stable.callers().units());
    assertThat(stable.returning()).isEqualTo(stable.requests() - stable.fresh());
    assertThat(stable.errors().rate()).isCloseTo(0.1, within(0.01));
    assertThat(stable.callers().rate()).isCloseTo(0.1, within(0.01));
    assertThat(stable.valid()).isTrue();
  }

  @Test
  void earnsItsScore() {
    Traffic scored = PLAIN.withScore(new Traffic.Score("reward", 0.3));

    Tally canary = canary(windows(scored, Effect.NONE.withScore(0.1), Share.ofPercent(50), 200));

    assertThat(canary.scores()).containsOnlyKeys("reward");
    assertThat(canary.scores().values())
        .allSatisfy(
            sums -> {
              assertThat(sums.units()).isEqualTo(canary.requests());
              assertThat(sums.moments().mean()).isCloseTo(0.4, within(0.01));
            });
  }

  @Test
  void knowsWhatStableWouldHaveDone() {
    var simulated = new SimulatedTraffic(PLAIN, Effect.errors(5), BEGAN, seeded(4));

    Sample sample = simulated.window(BEGAN, BEGAN.plus(MINUTE), Share.ofPercent(50));

    double canary = sample.window().canary().requests();
    assertThat(sample.expectedErrors()).isCloseTo(canary * 0.02, within(1e-9));
    assertThat(sample.excessErrors())
        .isEqualTo(sample.window().canary().errors().events() - sample.expectedErrors());
  }

  @Test
  void theSameChanceGivesTheSameWindows() {
    for (Callers callers :
        List.of(
            new Callers.Unknown(),
            new Callers.Fixed(100, new Callers.Alike(0.1)),
            new Callers.Passing(3, new Callers.Alike(0.1)))) {
      Traffic traffic = PLAIN.withCallers(callers);

      assertThat(windows(traffic, Effect.NONE, Share.ofPercent(5), 5))
          .isEqualTo(windows(traffic, Effect.NONE, Share.ofPercent(5), 5));
    }
  }
}
