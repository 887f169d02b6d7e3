package dev.sluice.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.experiment.Events;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Values;
import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.LatencyBuckets;
import dev.sluice.statistics.MeanRule;
import dev.sluice.statistics.QuantileRule;
import dev.sluice.statistics.RateRule;
import dev.sluice.statistics.RatioRule;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The presets are what the table in the documents says.
class PresetsTest {
  private static final Guard SUCCESS =
      Guard.of(
          "reward",
          new Rule.Mean(
              new Values.Score("reward", Values.Better.MORE),
              MeanRule.of(Contrast.absolute(-0.02))));

  @Test
  void everyPresetMayRun() {
    Stream<Plan> all =
        Stream.of(
            Presets.canary(),
            Presets.cautious(),
            Presets.fast(),
            Presets.abTest(SUCCESS),
            Presets.latencyCheck(),
            Presets.errorCeiling(),
            Presets.thresholds(Duration.ofMillis(500)));

    assertThat(all).allSatisfy(plan -> assertThat(plan.faults()).isEmpty());
  }

  @Test
  void canary() {
    isPlan(Presets.canary(), List.of(1.0, 5.0, 25.0, 50.0), Pacing.Pace.PROOF, Plan.Promotion.AUTO);
    assertThat(Presets.canary().guards()).isEqualTo(Policies.comparable());
    assertThat(Policies.comparable())
        .extracting(Guard::rule)
        .containsExactly(
            new Rule.Quantile(QuantileRule.of(0.95, 0.10)),
            new Rule.Ratio(new Events.Errors(), RatioRule.of(1.10, 1.50, 0.001)));
  }

  @Test
  void cautious() {
    isPlan(
        Presets.cautious(),
        List.of(1.0, 5.0, 10.0, 25.0, 50.0),
        Pacing.Pace.PROOF,
        Plan.Promotion.MANUAL);
    assertThat(Presets.cautious().guards())
        .extracting(Guard::rule)
        .containsExactly(
            new Rule.Quantile(QuantileRule.of(0.95, 0.05)),
            new Rule.Ratio(new Events.Errors(), RatioRule.of(1.0, 1.25, 0.0001)));
  }

  @Test
  void fast() {
    isPlan(Presets.fast(), List.of(25.0, 50.0), Pacing.Pace.PROOF, Plan.Promotion.AUTO);
    assertThat(Presets.fast().guards()).isEqualTo(Policies.comparable());
  }

  @Test
  void abTest() {
    Plan plan = Presets.abTest(SUCCESS);

    isPlan(plan, List.of(50.0), Pacing.Pace.PROOF, Plan.Promotion.AUTO);
    assertThat(plan.guards()).isEqualTo(Policies.both(Policies.comparable(), List.of(SUCCESS)));
    assertThat(plan.terms().onTimeout()).isEqualTo(Terms.OnTimeout.COMPLETE);
  }

  @Test
  void abTestNeedsADemandedImprovement() {
    assertThatThrownBy(() -> Presets.abTest(Policies.comparable().get(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must demand an improvement");
  }

  @Test
  void latencyCheck() {
    isPlan(Presets.latencyCheck(), List.of(10.0), Pacing.Pace.PROOF, Plan.Promotion.MANUAL);
    assertThat(Presets.latencyCheck().guards()).isEqualTo(Policies.comparable());
  }

  @Test
  void errorCeiling() {
    Plan plan = Presets.errorCeiling();

    isPlan(plan, List.of(10.0, 25.0, 50.0), Pacing.Pace.TIME, Plan.Promotion.AUTO);
    assertThat(plan.guards().getFirst().role()).isEqualTo(Guard.Role.ROLLBACK_ONLY);
    assertThat(plan.guards().getFirst().rule())
        .isEqualTo(new Rule.Maximum(new Events.Errors(), RateRule.of(0.05)));
    assertThat(plan.guards().subList(1, 3)).isEqualTo(Policies.comparable());
  }

  @Test
  void thresholds() {
    Plan plan = Presets.thresholds(Duration.ofMillis(500));

    isPlan(plan, List.of(10.0), Pacing.Pace.TIME, Plan.Promotion.MANUAL);
    assertThat(plan.steps().getFirst().minTime()).isEqualTo(Duration.ofMinutes(30));
    int bucket = LatencyBuckets.ofMicros(500_000);
    assertThat(plan.guards())
        .extracting(Guard::rule)
        .containsExactly(
            new Rule.Maximum(new Events.Errors(), RateRule.of(0.01)),
            new Rule.Mean(new Values.LatencySeconds(), MeanRule.bound(1.0)),
            new Rule.Maximum(new Events.SlowerThan(bucket), RateRule.of(0.01)));
    assertThat(LatencyBuckets.upperMicros(bucket)).isGreaterThanOrEqualTo(500_000);
  }

  @Test
  void latencySlo() {
    Events slow = new Events.SlowerThan(LatencyBuckets.ofMicros(200_000));

    assertThat(Policies.latencySlo(Duration.ofMillis(200), 0.05))
        .extracting(Guard::rule)
        .containsExactly(
            new Rule.Ratio(slow, RatioRule.of(1.10, 1.25, 0.001)),
            new Rule.Maximum(slow, RateRule.of(0.05)));
  }

  @Test
  void thoseThatNeedNothingAreFoundByName() {
    assertThat(Presets.named("canary")).contains(Presets.canary());
    assertThat(Presets.named("error-ceiling")).contains(Presets.errorCeiling());
    assertThat(Presets.named("latency-check")).contains(Presets.latencyCheck());
    assertThat(Presets.named("cautious")).contains(Presets.cautious());
    assertThat(Presets.named("fast")).contains(Presets.fast());
    assertThat(Presets.named("thresholds")).isEmpty();
  }

  private static void isPlan(
      Plan plan, List<Double> percents, Pacing.Pace pace, Plan.Promotion promotion) {
    assertThat(plan.steps()).extracting(step -> step.share().percent()).isEqualTo(percents);
    assertThat(plan.pacing()).isEqualTo(Pacing.of(pace));
    assertThat(plan.promotion()).isEqualTo(promotion);
    assertThat(plan.mode()).isEqualTo(Plan.Mode.ACT);
    assertThat(plan.automaticRollback()).isEqualTo(Plan.AutomaticRollback.ON);
  }
}
