package dev.sluice.backtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.backtest.Truth.Harm;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Presets;
import dev.sluice.routing.Share;
import dev.sluice.statistics.LatencyBuckets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TruthTest {
  private static final Plan CANARY = Presets.canary();
  private static final Traffic TRAFFIC = BacktestTest.BUSY.withErrors(0.005);

  private static Truth truth(Effect effect) {
    return Truth.of(CANARY, TRAFFIC, effect);
  }

  @Test
  void anEqualCanaryIsHarmlessEverywhere() {
    assertThat(truth(Effect.NONE)).isEqualTo(new Truth(Harm.NONE, Optional.empty()));
  }

  @Test
  void twiceTheErrorsAreTooMuchForHalfOfTheTraffic() {
    assertThat(truth(Effect.errors(2)))
        .isEqualTo(new Truth(Harm.SOME, Optional.of(Share.ofPercent(50))));
  }

  @Test
  void betweenHarmAndToleranceEitherEndIsRight() {
    assertThat(truth(Effect.errors(1.3))).isEqualTo(new Truth(Harm.SOME, Optional.empty()));
    assertThat(truth(Effect.errors(1.1))).isEqualTo(new Truth(Harm.NONE, Optional.empty()));
  }

  @Test
  void errorsBelowTheFloorAreNeverTooMany() {
    Truth rare = Truth.of(CANARY, TRAFFIC.withErrors(0.0001), Effect.errors(5));

    assertThat(rare).isEqualTo(new Truth(Harm.NONE, Optional.empty()));
  }

  @Test
  void slownessIsToldByTheSizeOfTheTail() {
    double slack = Math.pow(2, 2.0 / LatencyBuckets.PER_OCTAVE);

    assertThat(truth(Effect.latency(slack)).tooMuchFrom()).contains(Share.ALL);
    assertThat(truth(Effect.latency(slack * 0.999)).tooMuchFrom()).isEmpty();
    assertThat(truth(Effect.latency(1.17)).tooMuchFrom()).contains(Share.ofPercent(50));
    assertThat(truth(Effect.latency(1.31)).tooMuchFrom()).contains(Share.ofPercent(25));
    assertThat(truth(Effect.latency(1.9)).tooMuchFrom()).contains(Share.ofPercent(25));
    assertThat(truth(Effect.latency(2.15)).tooMuchFrom()).contains(Share.ofPercent(5));
  }

  @Test
  void everyEdgeIsJustTooMuchForAllOfTheTraffic() {
    for (Plan plan :
        List.of(CANARY, Presets.cautious(), Presets.thresholds(Duration.ofSeconds(1)))) {
      assertThat(Scenario.usual(plan, TRAFFIC))
          .filteredOn(scenario -> scenario.words().startsWith("edge"))
          .hasSizeGreaterThanOrEqualTo(2)
          .allSatisfy(
              scenario ->
                  assertThat(Truth.of(plan, TRAFFIC, scenario.effect()).tooMuchFrom()).isPresent());
    }
  }

  @Test
  void aRunIsWrongByAFalseAlarmOrBySharesThatAreTooMuch() {
    Share first = Share.ofPercent(1);
    Truth equal = truth(Effect.NONE);
    Truth twice = truth(Effect.errors(2));

    assertThat(equal.wrong(run(End.ROLLED_BACK, first), first)).isTrue();
    assertThat(equal.wrong(run(End.PROMOTED, Share.ALL), first)).isFalse();
    assertThat(twice.wrong(run(End.ROLLED_BACK, Share.ofPercent(25)), first)).isFalse();
    assertThat(twice.wrong(run(End.ROLLED_BACK, Share.ofPercent(50)), first)).isTrue();
    assertThat(twice.wrong(run(End.PROMOTED, first), first)).isTrue();
    assertThat(twice.wrong(run(End.UNDECIDED, Share.ofPercent(50)), Share.ofPercent(50))).isFalse();
  }

  private static Run run(End end, Share reached) {
    return new Run(end, 10, 100, 1, reached);
  }
}
