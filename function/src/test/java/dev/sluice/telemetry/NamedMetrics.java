package dev.sluice.telemetry;

import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The metrics that a text names, and those that may be named.
final class NamedMetrics {
  private static final Pattern NAME =
      Pattern.compile(
          "(?<![\\w:$\"/-])((?:app|sluice|jvm|process|system|logback|nginx)_[a-z0-9_]+)(?![\\w:])");

  /// What the framework registers, and the exporter of nginx: that they are really there shows the
  /// running service.
  private static final Set<String> OF_OTHERS =
      Set.of(
          "jvm_memory_used_bytes",
          "jvm_memory_max_bytes",
          "jvm_gc_pause_seconds_sum",
          "jvm_threads_live_threads",
          "process_cpu_usage",
          "system_cpus",
          "logback_events_total",
          "nginx_up",
          "nginx_http_requests_total",
          "nginx_connections_active",
          "nginx_connections_reading",
          "nginx_connections_writing",
          "nginx_connections_waiting",
          "nginx_connections_accepted",
          "nginx_connections_handled");

  private NamedMetrics() {}

  static Set<String> in(String text) {
    return NAME.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
  }

  static Set<String> known() {
    return Stream.concat(
            Contract.METRICS.stream().flatMap(metric -> metric.series().stream()),
            OF_OTHERS.stream())
        .collect(Collectors.toUnmodifiableSet());
  }
}
