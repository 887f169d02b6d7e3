package dev.sluice.telemetry;

import java.util.Arrays;
import java.util.List;
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
          metric("sluice_model_load_failed", Type.GAUGE, "model", "version"),
          metric("sluice_model_info", Type.GAUGE, "model", "version", "sha", "format"),
          metric("sluice_build_info", Type.GAUGE, "version", "revision"),
          metric("sluice_cookies_ignored_total", Type.COUNTER, "cause"),
          metric("sluice_request_deadline_seconds", Type.GAUGE),
          metric("sluice_open_connections", Type.GAUGE),
          metric("sluice_connections_refused_total", Type.COUNTER),
          metric("sluice_connection_timeouts_total", Type.COUNTER),
          metric("sluice_inflight_body_bytes", Type.GAUGE),
          metric("sluice_inflight_body_limit_bytes", Type.GAUGE),
          metric("sluice_decode_workers_lost", Type.GAUGE),
          metric("sluice_rollout_state", Type.GAUGE, "model", "state"),
          metric("sluice_rollout_transitions_total", Type.COUNTER, "model", "to", "reason"),
          metric(
              "sluice_rollout_last_transition_timestamp_seconds",
              Type.GAUGE,
              "model",
              "to",
              "reason"),
          metric("sluice_rollout_time_used_ratio", Type.GAUGE, "model"),
          metric("sluice_rollout_waiting_since_timestamp_seconds", Type.GAUGE, "model"),
          metric("sluice_evidence_log10", Type.GAUGE, "model", "metric", "side"),
          metric("sluice_evidence_threshold_log10", Type.GAUGE, "model", "metric", "side"),
          metric("sluice_effect_estimate", Type.GAUGE, "model", "metric"),
          metric("sluice_effect_lower", Type.GAUGE, "model", "metric"),
          metric("sluice_effect_upper", Type.GAUGE, "model", "metric"),
          metric("sluice_effect_margin", Type.GAUGE, "model", "metric"),
          metric("sluice_judge_last_run_timestamp_seconds", Type.GAUGE, "model"),
          metric("sluice_judge_errors_total", Type.COUNTER, "model"),
          metric("sluice_store_up", Type.GAUGE),
          metric("sluice_notifications_total", Type.COUNTER, "channel", "outcome"));

  static final Set<String> TRANSITION_REASONS =
      Set.of(
          "person",
          "loaded",
          "load_failed",
          "proven_safe",
          "time",
          "harmful",
          "suspicion",
          "split_mismatch",
          "no_evidence",
          "actuator_refuses",
          "not_proven",
          "unproven");

  /// A label with a closed list of values.
  record Closed(String metric, String label, Set<String> values) {}

  /// Every value that the labels of closed lists may have, and has from the start.
  static final List<Closed> CLOSED =
      List.of(
          new Closed(
              "app_predictions_total", "status", Set.of("ok", "error", "timeout", "rejected")),
          new Closed(
              "sluice_rejections_total",
              "reason",
              Set.of(
                  "rate_limit",
                  "payload_too_large",
                  "bad_input",
                  "unauthorized",
                  "overload",
                  "deadline")),
          new Closed(
              "sluice_assignments_total",
              "source",
              Set.of("weight", "sticky", "header", "fallback")),
          new Closed(
              "sluice_shadow_total", "outcome", Set.of("success", "error", "dropped", "disagree")),
          new Closed(
              "sluice_feedback_total", "outcome", Set.of("accepted", "duplicate", "rejected")),
          new Closed(
              "sluice_cookies_ignored_total",
              "cause",
              Set.of("malformed", "unknown_key", "forged", "expired")),
          new Closed(
              "sluice_notifications_total", "outcome", Set.of("delivered", "retried", "failed")),
          new Closed("sluice_notifications_total", "channel", Set.of("webhook")));

  private Contract() {}

  private static Metric metric(String name, Type type, String... labels) {
    return new Metric(name, type, Arrays.stream(labels).collect(Collectors.toUnmodifiableSet()));
  }
}
