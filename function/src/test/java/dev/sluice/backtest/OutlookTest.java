package dev.sluice.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.experiment.Window;
import dev.sluice.rollout.Outlook;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Presets;
import dev.sluice.rollout.Terms;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How long a rollout is said to take, next to how long it takes.
class OutlookTest {
  private static final Instant BEGAN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Plan CANARY = Presets.canary();
  private static final Traffic BUSY =
      new Traffic(
          3000,
          Drift.NONE,
          0.005,
          Drift.NONE,
          new Traffic.Latency(20_000, 0.4, Drift.NONE),
          new Callers.Unknown(),
          Optional.empty());

  private static RandomGenerator chance(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private static Play after(Plan plan, int windows, Effect effect) {
    var traffic = new SimulatedTraffic(BUSY, effect, BEGAN, chance(5));
    Play play = Play.begin(plan, plan.judge(), BEGAN);
    for (int k = 0; k < windows; k++) {
      Instant start = BEGAN.plus(Duration.ofMinutes(k));
      Window window = traffic.window(start, start.plusSeconds(60), play.share()).window();
      play = play.after(window).next();
    }
    return play;
  }

  private static Optional<Duration> remaining(Play play, int minute) {
    return Outlook.remaining(
        play.rollout(), play.judge(), play.evidence(), BEGAN.plus(Duration.ofMinutes(minute)));
  }

  @Test
  void saysAboutHowLongAGoodCanaryTakes() {
    double[] minutes =
        IntStream.range(0, 100)
            .mapToDouble(
                run ->
                    new Backtest(CANARY, Duration.ofHours(4))
                        .run(BUSY, Effect.NONE, chance(run))
                        .minutes())
            .sorted()
            .toArray();
    double median = minutes[minutes.length / 2];

    Duration said = remaining(after(CANARY, 1, Effect.NONE), 1).orElseThrow();

    assertThat(said.toMinutes())
        .as(Arrays.toString(minutes))
        .isBetween((long) (0.5 * median), (long) (2 * median));
  }

  @Test
  void knowsNothingBeforeTheFirstWindow() {
    assertThat(remaining(after(CANARY, 0, Effect.NONE), 0)).isEmpty();
  }

  @Test
  void promisesNothingForWhatIsOver() {
    Play over = after(CANARY, 20, Effect.errors(50));

    assertThat(over.over()).isTrue();
    assertThat(remaining(over, 20)).isEmpty();
  }

  @Test
  void isAskedAtTheDeadlineOnlyAndThenBuysTime() {
    Plan hasty =
        CANARY.withTerms(
            Terms.DEFAULT.withDeadline(Duration.ofMinutes(4), Duration.ofMinutes(720)));

    Play before = after(hasty, 3, Effect.NONE);
    Play beyond = after(hasty, 6, Effect.NONE);

    assertThat(before.rollout().sight().remaining()).isEmpty();
    assertThat(beyond.over()).isFalse();
    assertThat(beyond.rollout().sight().remaining()).isEmpty();
    assertThat(
            after(
                    hasty.withTerms(
                        hasty.terms().withDeadline(Duration.ofMinutes(4), Duration.ZERO)),
                    6,
                    Effect.NONE)
                .over())
        .isTrue();
  }
}
