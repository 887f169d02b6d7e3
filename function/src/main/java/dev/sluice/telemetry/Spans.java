package dev.sluice.telemetry;

import dev.sluice.api.ApiListener;
import dev.sluice.api.Endpoint;
import dev.sluice.api.Trace;
import dev.sluice.inference.Version;
import dev.sluice.routing.Reason;
import dev.sluice.serving.ServingListener;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A server span for each answered request, by OpenTelemetry's conventions for HTTP and feature
/// flags; everything that is heard is passed on.
///
/// A span is made when its request has been answered, with the start put back: nothing is held
/// while a request runs. Which variant was chosen is heard earlier, but on the thread that also
/// answers; it waits in that thread's own place until then.
final class Spans extends Passing implements AutoCloseable {
  private final SdkTracerProvider provider;
  private final Tracer tracer;
  private final InstantSource clock;
  private final ThreadLocal<Optional<Assignment>> assignment =
      ThreadLocal.withInitial(Optional::empty);

  private record Assignment(Version version, Reason reason) {}

  Spans(
      SdkTracerProvider provider,
      InstantSource clock,
      ApiListener nextApi,
      ServingListener nextServing) {
    super(nextApi, nextServing);
    this.provider = provider;
    this.tracer = provider.get("dev.sluice");
    this.clock = clock;
  }

  @Override
  public void answered(Answered request) {
    super.answered(request);
    Instant end = clock.instant();
    Span span = started(request, end.minusNanos(request.nanos()));
    span.setAttribute("http.response.status_code", request.status());
    if (request.status() >= 500) {
      span.setAttribute("error.type", Integer.toString(request.status()));
      span.setStatus(StatusCode.ERROR);
    }
    assignment.get().ifPresent(chosen -> describe(span, chosen));
    assignment.remove();
    span.end(end);
  }

  private Span started(Answered request, Instant start) {
    Method method = Method.of(request.method());
    String known = method == Method.OTHER ? "HTTP" : method.label();
    Optional<String> route =
        Optional.of(request.endpoint())
            .filter(endpoint -> endpoint != Endpoint.OTHER)
            .map(Endpoint::path);
    TraceIds.startNext(request.trace());
    SpanBuilder builder =
        tracer
            .spanBuilder(route.map(path -> known + " " + path).orElse(known))
            .setSpanKind(SpanKind.SERVER)
            .setParent(parent(request.trace()))
            .setStartTimestamp(start)
            .setAttribute("http.request.method", method == Method.OTHER ? "_OTHER" : method.label())
            .setAttribute("url.scheme", "http")
            .setAttribute("sluice.trace_id", request.trace().id());
    route.ifPresent(path -> builder.setAttribute("http.route", path));
    return builder.startSpan();
  }

  private static Context parent(Trace trace) {
    return trace
        .parent()
        .map(
            from ->
                Context.root()
                    .with(
                        Span.wrap(
                            SpanContext.createFromRemoteParent(
                                from.traceId(),
                                from.spanId(),
                                flags(from.sampling()),
                                TraceState.getDefault()))))
        .orElseGet(Context::root);
  }

  private static TraceFlags flags(Trace.Sampling sampling) {
    return switch (sampling) {
      case SAMPLED -> TraceFlags.getSampled();
      case NOT_SAMPLED -> TraceFlags.getDefault();
    };
  }

  private static void describe(Span span, Assignment chosen) {
    span.setAttribute("feature_flag.key", chosen.version().model());
    span.setAttribute("feature_flag.result.variant", chosen.version().name());
    span.setAttribute(
        "feature_flag.result.reason",
        switch (chosen.reason()) {
          case WEIGHT, STICKY, FALLBACK -> "split";
          case HEADER -> "targeting_match";
        });
    span.setAttribute("feature_flag.provider.name", "sluice");
  }

  @Override
  public void assigned(Version version, Reason reason) {
    assignment.set(Optional.of(new Assignment(version, reason)));
    super.assigned(version, reason);
  }

  /// Sends what is there; waits for it a few seconds at most.
  void flush() {
    var unused = provider.forceFlush().join(5, TimeUnit.SECONDS);
  }

  /// Sends what is left; waits for it a few seconds at most.
  @Override
  public void close() {
    var unused = provider.shutdown().join(5, TimeUnit.SECONDS);
  }
}
