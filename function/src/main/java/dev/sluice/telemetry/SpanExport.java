package dev.sluice.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.time.Duration;

/// Sends spans to a collector: OTLP over HTTP, in batches, off the request's way. What the
/// collector does not take in time is dropped; a request never waits for it.
final class SpanExport {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private SpanExport() {}

  /// @param collector its base URL, as in `OTEL_EXPORTER_OTLP_ENDPOINT`
  static SdkTracerProvider to(String collector, Build build, Instance instance) {
    String base = collector.endsWith("/") ? collector : collector + "/";
    OtlpHttpSpanExporter exporter =
        OtlpHttpSpanExporter.builder().setEndpoint(base + "v1/traces").setTimeout(PATIENCE).build();
    return through(BatchSpanProcessor.builder(exporter).build(), build, instance);
  }

  static SdkTracerProvider through(SpanProcessor processor, Build build, Instance instance) {
    Attributes who =
        Attributes.of(
            AttributeKey.stringKey("service.name"), "sluice",
            AttributeKey.stringKey("service.version"), build.version(),
            AttributeKey.stringKey("service.instance.id"), instance.name());
    return SdkTracerProvider.builder()
        .setResource(Resource.getDefault().merge(Resource.create(who)))
        .setIdGenerator(new TraceIds())
        .addSpanProcessor(processor)
        .build();
  }
}
