package dev.sluice.telemetry;

import dev.sluice.inference.Version;
import dev.sluice.routing.CanaryTraffic;
import dev.sluice.routing.Split;
import dev.sluice.serving.VersionHealth;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;

/// What is read off the running service when a page is made, and costs a request nothing.
final class Gauges {
  private final PrometheusRegistry registry;
  private final Watched watched;

  private Gauges(PrometheusRegistry registry, Watched watched) {
    this.registry = registry;
    this.watched = watched;
  }

  static void register(PrometheusRegistry registry, Watched watched) {
    var gauges = new Gauges(registry, watched);
    gauges.models();
    gauges.queues();
    gauges.doors();
  }

  private void models() {
    GaugeWithCallback.builder()
        .name("sluice_model_loaded")
        .help("1 for each version that is in memory and warm.")
        .labelNames("model", "version")
        .callback(each -> versions().forEach(it -> each.call(1, it.model(), it.name())))
        .register(registry);
    GaugeWithCallback.builder()
        .name("sluice_model_load_failed")
        .help("1 for each version that this process was told to load and could not.")
        .labelNames("model", "version")
        .callback(each -> failed().forEach(it -> each.call(1, it.model(), it.version())))
        .register(registry);
    GaugeWithCallback.builder()
        .name("sluice_share_ratio")
        .help("Part of a model's traffic that is meant for a version, 0 to 1.")
        .labelNames("model", "version")
        .callback(
            each ->
                watched
                    .routes()
                    .get()
                    .splits()
                    .forEach(
                        (model, split) ->
                            names(model)
                                .forEach(name -> each.call(intended(split, name), model, name))))
        .register(registry);
  }

  /// The share that routing goes by: that of a disabled canary falls to the others, in proportion.
  private static double intended(Split split, String version) {
    if (split.canaryTraffic() == CanaryTraffic.ENABLED || split.canary().isEmpty()) {
      return split.share(version).fraction();
    }
    if (split.canary().get().equals(version)) {
      return 0;
    }
    int others = split.share(split.canary().get()).rest().basisPoints();
    if (others == 0) {
      return split.stable().equals(version) ? 1 : 0;
    }
    return (double) split.share(version).basisPoints() / others;
  }

  private List<VersionHealth> failed() {
    return watched.unloaded().get().stream()
        .filter(version -> version.state() == VersionHealth.State.FAILED)
        .toList();
  }

  private void queues() {
    GaugeWithCallback.builder()
        .name("sluice_queue_depth")
        .help("Rows that wait for a model run.")
        .labelNames("model")
        .callback(each -> queued().forEach((model, rows) -> each.call(rows, model)))
        .register(registry);
  }

  private Map<String, Integer> queued() {
    var rows = new TreeMap<String, Integer>();
    watched
        .queues()
        .get()
        .forEach((version, queue) -> rows.merge(version.model(), queue.getAsInt(), Integer::sum));
    return rows;
  }

  private void doors() {
    gauge(
        "sluice_request_deadline_seconds",
        "Time that a request has when its caller asks for no less.",
        () -> watched.deadline().toMillis() / 1000.0);
    gauge("sluice_open_connections", "Open connections.", watched.connections().open()::getAsInt);
    counter(
        "sluice_connections_refused",
        "Connections closed on arrival, because too many were open.",
        watched.connections().refused()::getAsLong);
    counter(
        "sluice_connection_timeouts",
        "Messages that took too long to arrive, and answers that took too long to be read.",
        watched.connections().timeouts()::getAsLong);
    gauge(
        "sluice_inflight_body_bytes",
        "Bytes of request bodies that are held.",
        watched.bodies()::used);
    gauge(
        "sluice_inflight_body_limit_bytes",
        "Bytes of request bodies that may be held.",
        watched.bodies()::bound);
    gauge(
        "sluice_decode_workers_lost",
        "Picture decoders that are stuck.",
        watched.decodeWorkersLost()::getAsInt);
  }

  private void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(each -> each.call(value.getAsDouble()))
        .register(registry);
  }

  private void counter(String name, String help, DoubleSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(each -> each.call(value.getAsDouble()))
        .register(registry);
  }

  private Set<Version> versions() {
    return watched.queues().get().keySet();
  }

  private List<String> names(String model) {
    return versions().stream().filter(it -> it.model().equals(model)).map(Version::name).toList();
  }
}
