package dev.sluice.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.experiment.Window;
import dev.sluice.rollout.Decision;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Presets;
import dev.sluice.rollout.State;
import dev.sluice.routing.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BacktestTest {
  private static final Duration HALF_A_DAY = Duration.ofHours(12);

  static final Traffic BUSY =
      new Traffic(
          3_000,
          Drift.NONE,
          0.02,
          Drift.NONE,
          new Traffic.Latency(20_000, 0.4, Drift.NONE),
          new Callers.Unknown(),
          Optional.empty());

  private static RandomGenerator seeded(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private static List<Run> runs(Plan plan, Effect effect, int count) {
    var backtest = new Backtest(plan, HALF_A_DAY);
    return LongStream.range(0, count)
        .mapToObj(seed -> backtest.run(BUSY, effect, seeded(seed)))
        .toList();
  }

  @Test
  void promotesAnEqualCanaryAndKnowsHowLongThatTook() {
    List<Run> runs = runs(Presets.canary(), Effect.NONE, 20);

    assertThat(runs).filteredOn(run -> run.end() == End.PROMOTED).hasSizeGreaterThan(17);
    assertThat(runs)
        .filteredOn(run -> run.end() == End.PROMOTED)
        .allSatisfy(
            run -> {
              assertThat(run.reached()).isEqualTo(Share.ALL);
              assertThat(run.minutes()).isBetween(12.0, 120.0);
            });
  }

  @Test
  void rollsABadCanaryBackBeforeItHasMuch() {
    List<Run> runs = runs(Presets.canary(), Effect.errors(5), 20);

    assertThat(runs)
        .allSatisfy(
            run -> {
              assertThat(run.end()).isEqualTo(End.ROLLED_BACK);
              assertThat(run.reached()).isLessThan(Share.ofPercent(25));
              assertThat(run.canaryRequests()).isPositive();
            });
    assertThat(runs.stream().mapToDouble(Run::excessErrors).sum()).isPositive();
  }

  @Test
  void countsProofAsTheEndWhereAPersonPromotes() {
    List<Run> runs = runs(Presets.latencyCheck(), Effect.NONE, 5);

    assertThat(runs).allSatisfy(run -> assertThat(run.end()).isEqualTo(End.PROMOTED));
    assertThat(runs).allSatisfy(run -> assertThat(run.reached()).isEqualTo(Share.ofPercent(10)));
  }

  @Test
  void endsUndecidedWhenItsTimeIsUp() {
    Run run =
        new Backtest(Presets.canary(), Duration.ofMinutes(5)).run(BUSY, Effect.NONE, seeded(1));

    assertThat(run.end()).isEqualTo(End.UNDECIDED);
    assertThat(run.minutes()).isEqualTo(5);
  }

  @Test
  void theSameChanceGivesTheSameRun() {
    assertThat(runs(Presets.fast(), Effect.errors(2), 3))
        .isEqualTo(runs(Presets.fast(), Effect.errors(2), 3));
  }

  @Test
  void servesTheWindowOfAChangeAndDoesNotCountIt() {
    Plan clock = Presets.errorCeiling();

    Run run = new Backtest(clock, HALF_A_DAY).run(BUSY, Effect.NONE, seeded(1));

    // Three steps of five counted windows at least, and one lost after each of the two changes.
    Play play = Play.begin(clock, clock.judge(), Instant.EPOCH);
    assertThat(play.share()).isEqualTo(Share.ofPercent(10));
    assertThat(run.minutes()).isGreaterThanOrEqualTo(32);
  }

  @Test
  void playsTheRealTransitions() {
    Plan plan = Presets.fast();
    Instant began = Instant.parse("2026-01-01T00:00:00Z");
    var traffic = new SimulatedTraffic(BUSY, Effect.errors(10), began, seeded(1));
    Window window = traffic.window(began, began.plusSeconds(60), Share.ofPercent(25)).window();

    Play.Turn turn = Play.begin(plan, plan.judge(), began).after(window);

    assertThat(turn.decision()).map(Decision::next).isPresent();
    assertThat(turn.next().rollout().state()).isInstanceOf(State.RolledBack.class);
    assertThat(turn.next().over()).isTrue();
    assertThat(turn.next().share()).isEqualTo(Share.NONE);
  }

  @Test
  void refusesAPlanWithFaults() {
    Plan faulty = Presets.canary().withGuards(List.of());

    assertThatThrownBy(() -> new Backtest(faulty, HALF_A_DAY))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
