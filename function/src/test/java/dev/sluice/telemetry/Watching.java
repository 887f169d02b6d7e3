package dev.sluice.telemetry;

import dev.sluice.admission.ByteBudget;
import dev.sluice.api.ApiListener.Answered;
import dev.sluice.api.Endpoint;
import dev.sluice.api.Trace;
import dev.sluice.batching.BatchListener.Ran;
import dev.sluice.control.RolloutRecord;
import dev.sluice.experiment.Outcome;
import dev.sluice.inference.Version;
import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Phase;
import dev.sluice.routing.Reason;
import dev.sluice.routing.Routes;
import dev.sluice.routing.Split;
import dev.sluice.serving.ServingListener.ShadowResult;
import dev.sluice.serving.VersionHealth;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Meters of a service that serves two versions of one model, 90 to 10.
record Watching(
    Meters meters,
    RolloutMeters rollouts,
    WebhookMeters webhook,
    PrometheusRegistry registry,
    ByteBudget bodies) {
  static final Instant NOW = Instant.parse("2026-03-01T12:05:00Z");
  static final Version A = new Version("digits", "A", "aa");
  static final Version B = new Version("digits", "B", "bb");
  static final Trace TRACE = new Trace("t-1", Optional.empty());

  static Watching start() {
    var registry = new PrometheusRegistry();
    var meters = new Meters(registry, new Build("1.2.3", "abc"), () -> 0);
    var bodies = new ByteBudget(1000);
    var weights = new LinkedHashMap<String, Double>();
    weights.put("A", 90.0);
    weights.put("B", 10.0);
    Routes routes = Routes.of(Map.of("digits", Split.of(weights)), 1);
    meters.watch(
        new Watched(
            () -> routes,
            () -> Map.of(A, () -> 2, B, () -> 3),
            bodies,
            () -> 1,
            new Watched.Connections(() -> 7, () -> 8, () -> 9),
            Duration.ofMillis(1500),
            () ->
                List.of(
                    VersionHealth.failed("digits", "C", "no such file"),
                    VersionHealth.loading("digits", "D"))));
    return new Watching(
        meters,
        RolloutMeters.in(registry, InstantSource.fixed(NOW)),
        WebhookMeters.in(registry),
        registry,
        bodies);
  }

  /// All that one good prediction tells.
  void predicted(Version version) {
    meters.assigned(version, Reason.STICKY);
    meters.ran(version, new Ran(1, 1, 1000, 20_000));
    meters.left(version);
    meters.ended(version, outcome(version, Outcome.Result.OK));
    meters.answered(new Answered(Endpoint.INFER, "POST", 200, TRACE, 300_000));
  }

  /// All that a rollout that is judged, and held by a person, tells.
  void rolledOut() {
    RolloutRecord judged = Rolled.paused(Rolled.judged(Rolled.running(), 5, 0.008).record());
    rollouts.storeBack();
    rollouts.seen(List.of(judged));
    rollouts.judged(judged);
    rollouts.entered(Rolled.entry(1, judged, Rolled.moved(Phase.RUNNING, Cause.Code.LOADED)));
  }

  static Outcome outcome(Version version, Outcome.Result result) {
    return new Outcome(
        version.model(), version.name(), result, Outcome.Counted.EXPOSURE, 1_500_000);
  }

  /// A shadow copy whose rows were compared.
  void compared(int agreed, int rows, double distance) {
    meters.shadowed(B, new ShadowResult.Compared(agreed, rows, distance));
  }

  Scraped scraped() {
    return Scraped.of(meters);
  }
}
