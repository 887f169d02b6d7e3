package dev.sluice.telemetry;

import dev.sluice.announce.Deliveries;
import dev.sluice.api.ApiListener;
import dev.sluice.control.ControlListener;
import dev.sluice.serving.ServingListener;
import dev.sluice.statistics.Doubles;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/// Everything that listens to the service: meters always, spans when a collector is named. Without
/// one no class of OpenTelemetry's is loaded.
///
/// @param meters what is counted
/// @param rollouts to be told of rollouts
/// @param deliveries registers the meters of a webhook, where there is one
/// @param api to be told of requests
/// @param serving to be told of predictions
/// @param flushing sends what is not yet sent, and waits for it
/// @param closing the same, for the last time
public record Telemetry(
    Meters meters,
    ControlListener rollouts,
    Supplier<Deliveries> deliveries,
    ApiListener api,
    ServingListener serving,
    Runnable flushing,
    Runnable closing)
    implements AutoCloseable {

  /// The bounds, in seconds, by which the latencies of each version are counted.
  public static Doubles latencyBounds() {
    return Doubles.of(Bounds.REQUEST_SECONDS);
  }

  /// Registers everything.
  ///
  /// @param collector URL of an OpenTelemetry collector
  public static Telemetry start(
      PrometheusRegistry registry, Build build, Instance instance, Optional<String> collector) {
    var meters = new Meters(registry, build, System::nanoTime);
    RolloutMeters rollouts = RolloutMeters.in(registry, InstantSource.system());
    Supplier<Deliveries> deliveries = () -> WebhookMeters.in(registry);
    if (collector.isEmpty()) {
      return new Telemetry(meters, rollouts, deliveries, meters, meters, () -> {}, () -> {});
    }
    var spans =
        new Spans(
            SpanExport.to(collector.get(), build, instance),
            InstantSource.system(),
            meters,
            meters);
    return new Telemetry(meters, rollouts, deliveries, spans, spans, spans::flush, spans::close);
  }

  /// The same that tells CloudWatch, too, what came since the last [#flush].
  public Telemetry embedding(EmbeddedMetrics lines) {
    var invocations = new EmbeddedInvocations(lines, api, serving);
    Runnable both =
        () -> {
          flushing.run();
          invocations.flush();
        };
    return new Telemetry(meters, rollouts, deliveries, invocations, invocations, both, closing);
  }

  /// The same that tells CloudWatch of rollouts, too; for the one process that leads them: of all
  /// the others each would tell the same again.
  public Telemetry leading(EmbeddedMetrics lines) {
    return new Telemetry(
        meters, lines.rollouts(rollouts), deliveries, api, serving, flushing, closing);
  }

  /// Sends what is not yet sent; for a process that may stand still afterwards.
  public void flush() {
    flushing.run();
  }

  @Override
  public void close() {
    closing.run();
  }
}
