package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Actuator;
import dev.sluice.control.Outside;
import dev.sluice.control.OutsideAddress;
import dev.sluice.control.Ruling;
import dev.sluice.experiment.Events;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Rule;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Presets;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Split;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.LatencyBuckets;
import dev.sluice.statistics.RatioRule;
import dev.sluice.statistics.Units;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeploymentsTest {
  private static final String ALB =
      "alb:arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/web/a/b/c";

  private Optional<Report> readiness = Optional.of(new Report.Loaded());
  private boolean unreadable;

  private Deployments deployments(Deployments.Counted counted, String targets) {
    return Deployments.of(
        OutsideAddress.parse(targets),
        target ->
            new Deployments.Deployment(
                new There(target.model()), (record, now) -> List.of(), counted, () -> {}));
  }

  private Optional<Ruling.Invalid> misfit(Deployments.Counted counted, Plan plan) {
    return deployments(counted, "lambda:sluice:live").misfit("sluice", plan);
  }

  @Test
  void takesTheUsualPlanWhereErrorsAndLatenciesAreCounted() {
    assertThat(misfit(new Deployments.Counted.ErrorsAndLatencies(), Presets.canary())).isEmpty();
  }

  @Test
  void refusesAGuardOfWhatIsNotCountedSinceItWouldWaitForEver() {
    assertThat(misfit(new Deployments.Counted.Errors(), Presets.canary()))
        .contains(
            new Ruling.Invalid(
                "/guards",
                "latency_p95 is not counted there: only errors are, so give guards of errors"));
  }

  @Test
  void takesAPlanOfErrorsAloneWhereOnlyTheyAreCounted() {
    List<Guard> ofErrors =
        Presets.canary().guards().stream().filter(it -> it.name().equals("error_rate")).toList();

    assertThat(misfit(new Deployments.Counted.Errors(), Presets.canary().withGuards(ofErrors)))
        .isEmpty();
  }

  private static Guard slowerThan(double millis) {
    return Guard.of(
        "slow",
        new Rule.Ratio(
            new Events.SlowerThan(LatencyBuckets.ofMicros(millis * 1000)),
            RatioRule.of(1.5, 2, 0.05)));
  }

  private Optional<Ruling.Invalid> misfitOfBounds(List<Guard> guards) {
    return misfit(
        new Deployments.Counted.ErrorsAndBounds(Doubles.of(0.0025, 0.01, 1)),
        Presets.canary().withGuards(guards));
  }

  @Test
  void takesALatencyLimitThatIsABoundWhereBoundsAreCounted() {
    assertThat(misfitOfBounds(List.of(slowerThan(2.5), slowerThan(10), slowerThan(1000))))
        .isEmpty();
  }

  @Test
  void refusesALimitBetweenTwoBoundsAndSaysWhichThereAre() {
    assertThat(misfitOfBounds(List.of(slowerThan(20))))
        .contains(
            new Ruling.Invalid(
                "/guards",
                "slow is not counted there: only errors are, and slower_than with a limit_ms that is"
                    + " a bound of the histogram: 2.5, 10, 1000"));
  }

  @Test
  void refusesAPercentileWhereOnlyBoundsAreCounted() {
    assertThat(misfitOfBounds(Presets.canary().guards()))
        .map(Ruling.Invalid::reason)
        .hasValueSatisfying(why -> assertThat(why).startsWith("latency_p95 is not counted there"));
  }

  @Test
  void refusesToTellCallersApart() {
    assertThat(
            misfit(
                new Deployments.Counted.ErrorsAndLatencies(),
                Presets.canary().withUnits(Units.CALLER)))
        .map(Ruling.Invalid::pointer)
        .contains("/units");
  }

  @Test
  void refusesCopies() {
    Plan shadowed = Presets.canary().withSteps(List.of(Plan.Step.percent(0), Plan.Step.percent(5)));

    assertThat(misfit(new Deployments.Counted.ErrorsAndLatencies(), shadowed))
        .map(Ruling.Invalid::pointer)
        .contains("/steps/0");
  }

  @Test
  void saysNothingOfModelsInProcesses() {
    Deployments some = deployments(new Deployments.Counted.Errors(), "lambda:sluice:live");

    assertThat(some.misfit("digits", Presets.canary())).isEmpty();
    assertThat(some.known("digits", "B")).isEmpty();
  }

  @Test
  void knowsAVersionUnlessItIsKnownThatThereIsNone() {
    Deployments some = deployments(new Deployments.Counted.Errors(), "lambda:sluice:live");
    assertThat(some.known("sluice", "8")).contains(true);

    readiness = Optional.empty();
    assertThat(some.known("sluice", "8")).contains(true);
    readiness = Optional.of(new Report.LoadFailed("there is none"));
    assertThat(some.known("sluice", "8")).contains(false);
    assertThat(some.missing("sluice", "8")).contains("there is none");
    unreadable = true;
    assertThat(some.known("sluice", "8")).contains(true);
  }

  @Test
  void meansTheOnlyOneWhereNoneIsNamed() {
    assertThat(deployments(new Deployments.Counted.Errors(), "lambda:sluice:live").only())
        .contains("sluice");
    assertThat(deployments(new Deployments.Counted.Errors(), "").only()).isEmpty();
    assertThat(deployments(new Deployments.Counted.Errors(), "lambda:sluice:live," + ALB).only())
        .isEmpty();
  }

  private final class There implements Outside {
    private final String model;

    There(String model) {
      this.model = model;
    }

    @Override
    public String model() {
      return model;
    }

    @Override
    public Split split() {
      return Split.single("7");
    }

    @Override
    public Optional<Report> readiness(String version) throws Actuator.Refused {
      if (unreadable) {
        throw new Actuator.Refused("throttled");
      }
      return readiness;
    }

    @Override
    public Optional<Instant> inEffectSince(Rollout rollout) {
      return Optional.empty();
    }

    @Override
    public void apply(Rollout rollout, Current current) {}
  }
}
