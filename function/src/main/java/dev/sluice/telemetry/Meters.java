package dev.sluice.telemetry;

import dev.sluice.api.ApiListener;
import dev.sluice.api.Endpoint;
import dev.sluice.api.MetricsPage;
import dev.sluice.api.Problem;
import dev.sluice.api.Trace;
import dev.sluice.batching.BatchListener;
import dev.sluice.experiment.Outcome;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Version;
import dev.sluice.routing.Reason;
import dev.sluice.routing.StickyCookie;
import dev.sluice.serving.ServingListener;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts what happens and shows it as a page for Prometheus. Thread-safe.
///
/// Nothing here has a lock, and next to nothing is allocated for a request: the series of a version
/// are looked up once, when the version is first heard of. Labels come from configuration and from
/// closed lists, never from a request, so that callers cannot make series.
public final class Meters implements ApiListener, ServingListener, BatchListener, MetricsPage {
  private static final Logger LOG = LoggerFactory.getLogger(Meters.class);

  private final PrometheusRegistry registry;
  private final Exposition exposition;
  private final FailureLog failureLog;
  private final HttpMeters http;
  private final Families families;
  private final FeedbackMeters strayFeedback;
  private final Info files;
  private final Map<Version, VersionMeters> versions = new ConcurrentHashMap<>();
  private final Map<Rejection, CounterDataPoint> rejections = new EnumMap<>(Rejection.class);
  private final Map<String, CounterDataPoint> cookies;

  /// @param registry shows our meters, and whatever else is registered there
  /// @param clock `System.nanoTime()`, or a test's
  public Meters(PrometheusRegistry registry, Build build, LongSupplier clock) {
    this.registry = registry;
    this.exposition = new Exposition(registry);
    this.failureLog = new FailureLog(clock);
    this.http = HttpMeters.in(registry);
    this.families = Families.in(registry);
    this.strayFeedback = FeedbackMeters.in(families.feedback(), "", "");
    Counter refused =
        Counter.builder()
            .name("sluice_rejections")
            .help("Refused requests by reason.")
            .labelNames("reason")
            .withoutExemplars()
            .register(registry);
    for (Rejection rejection : Rejection.values()) {
      rejections.put(rejection, refused.labelValues(rejection.label()));
    }
    Counter ignored =
        Counter.builder()
            .name("sluice_cookies_ignored")
            .help("Sticky cookies that were not believed, by cause.")
            .labelNames("cause")
            .withoutExemplars()
            .register(registry);
    this.cookies =
        Arrays.stream(StickyCookie.Cause.values())
            .map(StickyCookie.Cause::label)
            .collect(Collectors.toUnmodifiableMap(Function.identity(), ignored::labelValues));
    Info.builder()
        .name("sluice_build_info")
        .help("The release that runs and its commit.")
        .labelNames("version", "revision")
        .register(registry)
        .setLabelValues(build.version(), build.revision());
    this.files =
        Info.builder()
            .name("sluice_model_info")
            .help("Which file a version is, by its SHA-256.")
            .labelNames("model", "version", "sha", "format")
            .register(registry);
    perVersion();
  }

  private void perVersion() {
    GaugeWithCallback.builder()
        .name("sluice_inflight_requests")
        .help("Predictions between the choice of a version and its answer.")
        .labelNames("model")
        .callback(each -> inFlight().forEach((model, count) -> each.call(count, model)))
        .register(registry);
    GaugeWithCallback.builder()
        .name("sluice_shadow_divergence_ratio")
        .help("Part of the compared shadow rows whose most probable class differed, since start.")
        .labelNames("model", "version")
        .callback(
            each ->
                versions.forEach(
                    (version, meters) ->
                        meters
                            .divergence()
                            .ifPresent(ratio -> each.call(ratio, version.model(), version.name()))))
        .register(registry);
  }

  private Map<String, Long> inFlight() {
    return versions.values().stream()
        .collect(
            Collectors.groupingBy(
                meters -> meters.version().model(),
                Collectors.summingLong(VersionMeters::inFlight)));
  }

  /// From now on the gauges look there, and every loaded version has its series. Once.
  public void watch(Watched watched) {
    watched.queues().get().keySet().forEach(this::arrived);
    Gauges.register(registry, watched);
  }

  /// A version is about to serve: it has its series before its first request.
  public void arrived(Version version) {
    of(version);
    files.addLabelValues(file(version));
  }

  /// A version is gone, and so are its series.
  public void gone(Version version) {
    versions.remove(version);
    files.remove(file(version));
    families.forget(version);
  }

  private static String[] file(Version version) {
    return new String[] {version.model(), version.name(), version.digest(), "onnx"};
  }

  private VersionMeters of(Version version) {
    VersionMeters known = versions.get(version);
    return known != null
        ? known
        : versions.computeIfAbsent(version, first -> new VersionMeters(first, families));
  }

  @Override
  public void answered(Answered request) {
    http.count(request);
  }

  @Override
  public void refused(Problem problem) {
    Rejection.of(problem).map(rejections::get).ifPresent(CounterDataPoint::inc);
  }

  @Override
  public void cookieIgnored(String cause) {
    Optional.ofNullable(cookies.get(cause)).ifPresent(CounterDataPoint::inc);
  }

  @Override
  public void fedBack(Optional<Version> version, Feedback outcome) {
    version.map(this::of).map(VersionMeters::feedback).orElse(strayFeedback).count(outcome);
  }

  @Override
  public void operated(Trace trace, Endpoint endpoint, String actor, String said) {
    LOG.atInfo()
        .addKeyValue("endpoint", endpoint.path())
        .addKeyValue("actor", actor)
        .addKeyValue("said", said)
        .addKeyValue("trace_id", trace.id())
        .log("changed by an operator");
  }

  @Override
  public void broken(Trace trace, Throwable cause) {
    failureLog.broke(cause, trace.id());
  }

  @Override
  public void assigned(Version version, Reason reason) {
    of(version).assigned(reason);
  }

  @Override
  public void ended(Version version, Outcome outcome) {
    of(version).ended(outcome);
  }

  @Override
  public void turnedAway(Version version) {
    of(version).turnedAway();
  }

  @Override
  public void left(Version version) {
    of(version).left();
  }

  @Override
  public void failed(Version version, ModelError error, String traceId) {
    failureLog.failed(version, error, traceId);
  }

  @Override
  public void shadowed(Version version, ShadowResult result) {
    of(version).shadowed(result);
  }

  @Override
  public void ran(Version version, Ran run) {
    of(version).ran(run);
  }

  @Override
  public Page scrape(String accept) {
    return exposition.page(accept);
  }
}
