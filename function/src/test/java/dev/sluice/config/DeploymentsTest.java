package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.aws.OutsideAddress;
import dev.sluice.control.Actuator;
import dev.sluice.control.Outside;
import dev.sluice.control.Ruling;
import dev.sluice.experiment.Guard;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Presets;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Split;
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
    assertThat(misfit(Deployments.Counted.ERRORS_AND_LATENCIES, Presets.canary())).isEmpty();
  }

  @Test
  void refusesAGuardOfWhatIsNotCountedSinceItWouldWaitForEver() {
    assertThat(misfit(Deployments.Counted.ERRORS, Presets.canary()))
        .contains(
            new Ruling.Invalid(
                "/guards",
                "latency_p95 is not counted there: only errors are, so give guards of errors"));
  }

  @Test
  void takesAPlanOfErrorsAloneWhereOnlyTheyAreCounted() {
    List<Guard> ofErrors =
        Presets.canary().guards().stream().filter(it -> it.name().equals("error_rate")).toList();

    assertThat(misfit(Deployments.Counted.ERRORS, Presets.canary().withGuards(ofErrors))).isEmpty();
  }

  @Test
  void refusesToTellCallersApart() {
    assertThat(
            misfit(
                Deployments.Counted.ERRORS_AND_LATENCIES, Presets.canary().withUnits(Units.CALLER)))
        .map(Ruling.Invalid::pointer)
        .contains("/units");
  }

  @Test
  void refusesCopies() {
    Plan shadowed = Presets.canary().withSteps(List.of(Plan.Step.percent(0), Plan.Step.percent(5)));

    assertThat(misfit(Deployments.Counted.ERRORS_AND_LATENCIES, shadowed))
        .map(Ruling.Invalid::pointer)
        .contains("/steps/0");
  }

  @Test
  void saysNothingOfModelsInProcesses() {
    Deployments some = deployments(Deployments.Counted.ERRORS, "lambda:sluice:live");

    assertThat(some.misfit("digits", Presets.canary())).isEmpty();
    assertThat(some.known("digits", "B")).isEmpty();
  }

  @Test
  void knowsAVersionUnlessItIsKnownThatThereIsNone() {
    Deployments some = deployments(Deployments.Counted.ERRORS, "lambda:sluice:live");
    assertThat(some.known("sluice", "8")).contains(true);

    readiness = Optional.empty();
    assertThat(some.known("sluice", "8")).contains(true);
    readiness = Optional.of(new Report.LoadFailed("there is none"));
    assertThat(some.known("sluice", "8")).contains(false);
    unreadable = true;
    assertThat(some.known("sluice", "8")).contains(true);
  }

  @Test
  void meansTheOnlyOneWhereNoneIsNamed() {
    assertThat(deployments(Deployments.Counted.ERRORS, "lambda:sluice:live").only())
        .contains("sluice");
    assertThat(deployments(Deployments.Counted.ERRORS, "").only()).isEmpty();
    assertThat(deployments(Deployments.Counted.ERRORS, "lambda:sluice:live," + ALB).only())
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
