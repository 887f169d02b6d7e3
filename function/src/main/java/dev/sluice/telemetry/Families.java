package dev.sluice.telemetry;

import dev.sluice.inference.Version;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.function.Function;

/// The metrics that have a series for each version, or for each model.
record Families(
    Counter predictions,
    Histogram latency,
    Histogram inference,
    Histogram queueWait,
    Histogram batchSize,
    Counter assignments,
    Counter shadows,
    Summary shadowDistance,
    Counter feedback) {

  static Families in(PrometheusRegistry registry) {
    return new Families(
        counter(
            registry,
            "app_predictions",
            "Predictions by what became of them after a version was chosen.",
            "model",
            "version",
            "status"),
        histogram(
            registry,
            "app_prediction_latency_seconds",
            "Time from the choice of a version to its answer.",
            Bounds.REQUEST_SECONDS,
            "model",
            "version"),
        histogram(
            registry,
            "sluice_inference_duration_seconds",
            "Time of a model run.",
            Bounds.RUN_SECONDS,
            "model",
            "version"),
        histogram(
            registry,
            "sluice_queue_wait_seconds",
            "Time that the oldest input of a run had waited when it began.",
            Bounds.RUN_SECONDS,
            "model"),
        histogram(
            registry,
            "sluice_batch_size",
            "Rows that shared a model run.",
            Bounds.ROWS,
            "model",
            "version"),
        counter(
            registry,
            "sluice_assignments",
            "Requests by why they went to their version.",
            "model",
            "version",
            "source"),
        counter(
            registry,
            "sluice_shadow",
            "Shadow copies by what became of them.",
            "model",
            "version",
            "outcome"),
        Summary.builder()
            .name("sluice_shadow_distance")
            .help("Total variation distance of compared shadow answers, mean of each copy's rows.")
            .labelNames("model", "version")
            .withoutExemplars()
            .register(registry),
        counter(
            registry,
            "sluice_feedback",
            "Reports of how good answers were, by what became of them.",
            "model",
            "version",
            "outcome"));
  }

  /// Takes the series of a version away; those of its model stay.
  void forget(Version version) {
    predictions.removeIf(of(version));
    latency.removeIf(of(version));
    inference.removeIf(of(version));
    batchSize.removeIf(of(version));
    assignments.removeIf(of(version));
    shadows.removeIf(of(version));
    shadowDistance.removeIf(of(version));
    feedback.removeIf(of(version));
  }

  // All of these begin with the labels model and version.
  private static Function<List<String>, Boolean> of(Version version) {
    return labels -> labels.get(0).equals(version.model()) && labels.get(1).equals(version.name());
  }

  private static Counter counter(
      PrometheusRegistry registry, String name, String help, String... labels) {
    return Counter.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .withoutExemplars()
        .register(registry);
  }

  private static Histogram histogram(
      PrometheusRegistry registry, String name, String help, double[] bounds, String... labels) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .classicOnly()
        .classicUpperBounds(bounds)
        .withoutExemplars()
        .register(registry);
  }
}
