package dev.sluice.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Problem;
import dev.sluice.control.Change;
import dev.sluice.control.ControlListener;
import dev.sluice.control.RolloutRecord;
import dev.sluice.experiment.Outcome;
import dev.sluice.experiment.Outcome.Counted;
import dev.sluice.experiment.Outcome.Result;
import dev.sluice.inference.Version;
import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Phase;
import dev.sluice.serving.ServingListener.ShadowResult;
import dev.sluice.statistics.LatencyBuckets;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EmbeddedMetricsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00.123Z");
  private static final Duration FAST = Duration.ofMillis(5);

  private final Watching service = Watching.start();
  private final EmfLine.Output output = new EmfLine.Output();
  private final EmbeddedMetrics metrics =
      new EmbeddedMetrics("served", "7", new PrintStream(output, false, UTF_8), () -> NOW);
  private final EmbeddedInvocations invocations =
      new EmbeddedInvocations(metrics, service.meters(), service.meters());

  private void ended(Version version, Result result, Duration latency) {
    invocations.ended(
        version,
        new Outcome(version.model(), version.name(), result, Counted.EXPOSURE, latency.toNanos()));
  }

  private EmfLine only() {
    assertThat(output.lines()).hasSize(1);
    return output.lines().getFirst();
  }

  @Test
  void tellsAPredictionForTheFunctionsVersionAndForTheModels() {
    ended(Watching.A, Result.OK, FAST);
    invocations.flush();

    List<EmfLine> lines = output.lines();

    assertThat(lines).hasSize(2).extracting(EmfLine::millis).containsOnly(NOW.toEpochMilli());
    EmfLine ofFunction = lines.getFirst();
    assertThat(ofFunction.metrics())
        .containsOnlyKeys("model=lambda:served", "model=lambda:served version=7");
    assertThat(ofFunction.of("lambda:served", "7", "Requests")).containsExactly(1.0);
    assertThat(ofFunction.of("lambda:served", "7", "Errors")).containsExactly(0.0);
    assertThat(ofFunction.of("lambda:served", "", "Requests")).containsExactly(1.0);
    EmfLine ofModel = lines.getLast();
    assertThat(ofModel.metrics()).containsOnlyKeys("model=digits", "model=digits version=A");
    assertThat(ofModel.of("digits", "A", "Requests")).containsExactly(1.0);
    assertThat(ofModel.of("digits", "A", "Errors")).containsExactly(0.0);
    assertThat(ofModel.of("digits", "A", "LatencyMs")).containsExactly(5.0);
  }

  @Test
  void countsTheLatencyInItsBucketByVersionAlone() {
    ended(Watching.A, Result.OK, FAST);
    ended(Watching.A, Result.ERROR, FAST);
    invocations.flush();

    EmfLine line = output.lines().getFirst();

    String bucket = "Latency" + LatencyBuckets.ofMicros(5000);
    assertThat(line.of("lambda:served", "7", bucket)).containsExactly(2.0);
    assertThat(line.of("lambda:served", "", bucket)).isEmpty();
  }

  @Test
  void takesATimeOutForASlowError() {
    ended(Watching.A, Result.TIMEOUT, FAST);
    invocations.flush();

    EmfLine line = output.lines().getFirst();

    assertThat(line.of("lambda:served", "7", "Errors")).containsExactly(1.0);
    assertThat(line.of("lambda:served", "7", "Latency417")).containsExactly(1.0);
    assertThat(output.lines().getLast().of("digits", "A", "Errors")).containsExactly(1.0);
  }

  @Test
  void writesNothingWhereNobodyPredicted() {
    invocations.refused(Problem.INVALID_BODY);
    invocations.refused(Problem.OVERLOADED);
    invocations.turnedAway(Watching.A);
    invocations.shadowed(Watching.B, new ShadowResult.Compared(1, 1, 0));
    invocations.flush();

    assertThat(output.lines()).isEmpty();
  }

  @Test
  void tellsWhoWasRefusedWhereThatIsAnAlarm() {
    invocations.refused(Problem.RATE_LIMITED);
    invocations.refused(Problem.PAYLOAD_TOO_LARGE);
    invocations.flush();

    assertThat(only().names()).containsExactlyInAnyOrder("RateLimited", "PayloadRejected");
    assertThat(only().of("lambda:served", "", "RateLimited")).containsExactly(1.0);
    assertThat(only().of("lambda:served", "", "PayloadRejected")).containsExactly(1.0);
  }

  @Test
  void tellsThatAShadowFailed() {
    invocations.shadowed(Watching.B, new ShadowResult.Failed());
    invocations.flush();

    assertThat(only().of("digits", "B", "ShadowErrors")).containsExactly(1.0);
    assertThat(only().names()).containsExactly("ShadowErrors");
  }

  @Test
  void tellsEachThingOnce() {
    ended(Watching.A, Result.OK, FAST);
    invocations.flush();
    invocations.flush();

    assertThat(output.lines()).hasSize(2);
  }

  @Test
  void tellsThatTheFirstInvocationOfAProcessWasCold() {
    ended(Watching.A, Result.OK, FAST);
    invocations.flush();
    ended(Watching.A, Result.OK, FAST);
    invocations.flush();

    assertThat(output.lines())
        .map(line -> line.of("lambda:served", "7", "ColdStarts"))
        .containsExactly(List.of(1.0), List.of(), List.of(0.0), List.of());
  }

  @Test
  void mixesNoModelWithTheFunctionThatHasItsName() {
    ended(new Version("served", "7", Watching.A.digest()), Result.OK, FAST);
    invocations.flush();

    assertThat(output.lines())
        .satisfiesExactly(
            ofFunction ->
                assertThat(ofFunction.of("lambda:served", "7", "Requests")).containsExactly(1.0),
            ofModel -> {
              assertThat(ofModel.of("served", "7", "Requests")).containsExactly(1.0);
              assertThat(ofModel.names()).doesNotContain("Latency0");
            });
  }

  @Test
  void losesNothingOfMoreThanALineTakes() {
    for (int i = 0; i < 250; i++) {
      ended(Watching.A, Result.OK, Duration.ofMillis(i));
    }
    invocations.flush();

    assertThat(
            output.lines().stream().mapToDouble(it -> sum(it.of("lambda:served", "7", "Requests"))))
        .containsExactly(100.0, 0.0, 100.0, 0.0, 50.0, 0.0);
    assertThat(output.lines().stream().mapToInt(it -> it.of("digits", "A", "LatencyMs").size()))
        .containsExactly(0, 100, 0, 100, 0, 50);
    double counted =
        output.lines().stream()
            .flatMap(
                line ->
                    line.names().stream()
                        .filter(name -> name.matches("Latency\\d+"))
                        .map(name -> sum(line.of("lambda:served", "7", name))))
            .mapToDouble(Double::doubleValue)
            .sum();
    assertThat(counted).isEqualTo(250);
  }

  private static double sum(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).sum();
  }

  @Test
  void saysTheSameAsTheMeters() {
    ended(Watching.A, Result.OK, FAST);
    ended(Watching.A, Result.ERROR, FAST);
    ended(Watching.A, Result.TIMEOUT, FAST);
    invocations.flush();

    Scraped page = service.scraped();

    double ok = predictions(page, "ok");
    double failed = predictions(page, "error") + predictions(page, "timeout");
    EmfLine line = output.lines().getLast();
    assertThat(line.of("digits", "A", "Requests")).containsExactly(ok + failed);
    assertThat(line.of("digits", "A", "Errors")).containsExactly(failed);
  }

  private static double predictions(Scraped page, String status) {
    return page.value("app_predictions_total", "model", "digits", "version", "A", "status", status);
  }

  @Test
  void tellsOfEachActiveRolloutInEachTick() {
    RolloutRecord record = Rolled.judged(Rolled.running(), 3, 0.02).record();

    rollouts().seen(List.of(record));

    assertThat(only().metrics()).containsOnlyKeys("model=digits");
    assertThat(only().of("digits", "", "WeightPercent")).containsExactly(25.0);
    assertThat(only().of("digits", "", "Rollbacks")).containsExactly(0.0);
    double most =
        EvidenceShown.of(record).sides().stream()
            .filter(side -> side.side().equals("harm"))
            .mapToDouble(EvidenceShown.Side::evidence)
            .max()
            .orElseThrow();
    assertThat(only().of("digits", "", "EvidenceHarmLog10")).containsExactly(most);
  }

  @Test
  void knowsNoEvidenceBeforeTheFirstWindow() {
    rollouts().seen(List.of(Rolled.running()));

    assertThat(only().names()).containsExactlyInAnyOrder("WeightPercent", "Rollbacks");
  }

  @Test
  void tellsARollbackOnceWithTheShareThatIsLeft() {
    ControlListener rollouts = rollouts();
    Change change = Rolled.moved(Phase.ROLLED_BACK, Cause.Code.HARMFUL);
    var logged = Rolled.entry(1, Rolled.running(), change);

    rollouts.wrote(logged.entry());
    rollouts.entered(logged);

    assertThat(only().of("digits", "", "Rollbacks")).containsExactly(1.0);
    assertThat(only().of("digits", "", "WeightPercent")).containsExactly(0.0);
  }

  @Test
  void takesNoOtherMoveForARollback() {
    Change change = Rolled.moved(Phase.COMPLETED, Cause.Code.NOT_PROVEN);

    rollouts().wrote(Rolled.entry(1, Rolled.running(), change).entry());

    assertThat(only().of("digits", "", "Rollbacks")).containsExactly(0.0);
  }

  private ControlListener rollouts() {
    return metrics.rollouts(RolloutMeters.in(new PrometheusRegistry(), () -> NOW));
  }

  @Test
  void tellsOfAnEventThatNobodyKnows() {
    metrics.unknownEvent();

    assertThat(only().of("lambda:served", "", "UnknownEvents")).containsExactly(1.0);
  }

  @Test
  void putsNoMoreIntoOneDirectiveThanTheFormatTakes() {
    var many = new ArrayList<Embedded>();
    for (int bucket = 0; bucket < LatencyBuckets.COUNT; bucket++) {
      many.add(Embedded.latency(bucket, 1));
    }

    metrics.write("served", Optional.of("7"), many);

    assertThat(only().names()).hasSize(LatencyBuckets.COUNT);
    assertThat(only().metrics().keySet()).isEqualTo(Set.of("model=served version=7"));
  }
}
