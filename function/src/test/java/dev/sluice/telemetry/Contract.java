package dev.sluice.telemetry;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The metrics that users and dashboards rely on: name, type, labels. Written by hand; code,
/// documents and dashboards are held to it.
final class Contract {
  enum Type {
    COUNTER,
    GAUGE,
    HISTOGRAM,
    SUMMARY
  }

  record Metric(String name, Type type, Set<String> labels) {
    /// The names of its series.
    Set<String> series() {
      return switch (type) {
        case COUNTER, GAUGE -> Set.of(name);
        case HISTOGRAM -> Set.of(name + "_bucket", name + "_sum", name + "_count");
        case SUMMARY -> Set.of(name + "_sum", name + "_count");
      };
    }
  }

  static final List<Metric> METRICS =
      List.of(
          metric("app_predictions_total", Type.COUNTER, "model", "version", "status"),
          metric("app_prediction_latency_seconds", Type.HISTOGRAM, "model", "version"),
          metric("sluice_http_requests_total", Type.COUNTER, "method", "endpoint", "code_class"),
          metric("sluice_http_request_duration_seconds", Type.HISTOGRAM, "endpoint"),
          metric("sluice_inference_duration_seconds", Type.HISTOGRAM, "model", "version"),
          metric("sluice_queue_wait_seconds", Type.HISTOGRAM, "model"),
          metric("sluice_batch_size", Type.HISTOGRAM, "model", "version"),
          metric("sluice_queue_depth", Type.GAUGE, "model"),
          metric("sluice_inflight_requests", Type.GAUGE, "model"),
          metric("sluice_rejections_total", Type.COUNTER, "reason"),
          metric("sluice_assignments_total", Type.COUNTER, "model", "version", "source"),
          metric("sluice_shadow_total", Type.COUNTER, "model", "version", "outcome"),
          metric("sluice_shadow_divergence_ratio", Type.GAUGE, "model", "version"),
          metric("sluice_shadow_distance", Type.SUMMARY, "model", "version"),
          metric("sluice_feedback_total", Type.COUNTER, "model", "version", "outcome"),
          metric("sluice_share_ratio", Type.GAUGE, "model", "version"),
          metric("sluice_model_loaded", Type.GAUGE, "model", "version"),
          metric("sluice_model_info", Type.GAUGE, "model", "version", "sha", "format"),
          metric("sluice_build_info", Type.GAUGE, "version", "revision"),
          metric("sluice_cookies_ignored_total", Type.COUNTER, "cause"),
          metric("sluice_open_connections", Type.GAUGE),
          metric("sluice_connections_refused_total", Type.COUNTER),
          metric("sluice_connection_timeouts_total", Type.COUNTER),
          metric("sluice_inflight_body_bytes", Type.GAUGE),
          metric("sluice_inflight_body_limit_bytes", Type.GAUGE),
          metric("sluice_decode_workers_lost", Type.GAUGE));

  /// Every value that the labels of closed lists may have.
  static final Map<String, Set<String>> CLOSED =
      Map.of(
          "status", Set.of("ok", "error", "timeout", "rejected"),
          "reason",
              Set.of(
                  "rate_limit",
                  "payload_too_large",
                  "bad_input",
                  "unauthorized",
                  "overload",
                  "deadline"),
          "source", Set.of("weight", "sticky", "header", "fallback"),
          "outcome",
              Set.of(
                  "success", "error", "dropped", "disagree", "accepted", "duplicate", "rejected"),
          "cause", Set.of("malformed", "unknown_key", "forged", "expired"));

  private Contract() {}

  private static Metric metric(String name, Type type, String... labels) {
    return new Metric(name, type, Arrays.stream(labels).collect(Collectors.toUnmodifiableSet()));
  }
}
