package dev.sluice.telemetry;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

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
