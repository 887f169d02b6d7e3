package dev.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.api.ApiListener.Answered;
import dev.sluice.api.Endpoint;
import dev.sluice.api.Trace;
import dev.sluice.api.Trace.Parent;
import dev.sluice.api.Trace.Sampling;
import dev.sluice.routing.Reason;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class SpansTest {
  private static final Build BUILD = new Build("1.2.3", "abc");
  private static final Instance INSTANCE = new Instance("host-1");
  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

  private final Watching service = Watching.start();
  private final InMemorySpanExporter exported = InMemorySpanExporter.create();
  private final Spans spans =
      new Spans(
          SpanExport.through(SimpleSpanProcessor.create(exported), BUILD, INSTANCE),
          () -> Instant.ofEpochSecond(100),
          service.meters(),
          service.meters());

  @Test
  void aPredictionIsAServerSpanThatNamesItsVariant() {
    spans.assigned(Watching.B, Reason.HEADER);
    spans.answered(answered(Endpoint.INFER, "POST", 200, new Trace("req-1", parent())));

    SpanData span = only();
    assertThat(span.getName()).isEqualTo("POST /v1/infer");
    assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(span.getTraceId()).isEqualTo(TRACE_ID);
    assertThat(span.getParentSpanId()).isEqualTo("b7ad6b7169203331");
    assertThat(span.getEndEpochNanos() - span.getStartEpochNanos()).isEqualTo(5_000_000);
    assertThat(text(span, "http.request.method")).isEqualTo("POST");
    assertThat(text(span, "url.scheme")).isEqualTo("http");
    assertThat(text(span, "http.route")).isEqualTo("/v1/infer");
    assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isEqualTo(200);
    assertThat(text(span, "feature_flag.key")).isEqualTo("digits");
    assertThat(text(span, "feature_flag.result.variant")).isEqualTo("B");
    assertThat(text(span, "feature_flag.result.reason")).isEqualTo("targeting_match");
    assertThat(text(span, "sluice.trace_id")).isEqualTo("req-1");
    assertThat(span.getResource().getAttribute(AttributeKey.stringKey("service.instance.id")))
        .isEqualTo("host-1");
  }

  @Test
  void aVariantIsToldOnceAndOnlyOfItsRequest() {
    spans.assigned(Watching.A, Reason.STICKY);
    spans.answered(answered(Endpoint.INFER, "POST", 200, new Trace("1", Optional.empty())));
    spans.answered(answered(Endpoint.HEALTH, "GET", 200, new Trace("2", Optional.empty())));

    assertThat(text(exported.getFinishedSpanItems().getLast(), "feature_flag.key"))
        .isEqualTo("null");
  }

  @Test
  void aFailureIsAnErrorAndARefusalIsNot() {
    spans.answered(answered(Endpoint.INFER, "POST", 500, new Trace("1", Optional.empty())));
    spans.answered(answered(Endpoint.OTHER, "BREW", 404, new Trace("2", Optional.empty())));

    List<SpanData> both = exported.getFinishedSpanItems();
    assertThat(both.getFirst().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(text(both.getFirst(), "error.type")).isEqualTo("500");
    assertThat(both.getLast().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(both.getLast().getName()).isEqualTo("HTTP");
    assertThat(text(both.getLast(), "http.request.method")).isEqualTo("_OTHER");
    assertThat(text(both.getLast(), "http.route")).isEqualTo("null");
  }

  @Test
  void aTraceThatStartsHereHasTheIdThatTheCallerReads() {
    spans.answered(answered(Endpoint.INFER, "POST", 200, new Trace(TRACE_ID, Optional.empty())));

    assertThat(only().getTraceId()).isEqualTo(TRACE_ID);
  }

  @Test
  void aCallerThatDoesNotRecordIsNotRecorded() {
    Optional<Parent> quiet =
        Optional.of(new Parent(TRACE_ID, "b7ad6b7169203331", Sampling.NOT_SAMPLED));

    spans.answered(answered(Endpoint.INFER, "POST", 200, new Trace("1", quiet)));

    assertThat(exported.getFinishedSpanItems()).isEmpty();
  }

  @Test
  void theMetersHearEverythingToo() {
    spans.answered(answered(Endpoint.INFER, "POST", 200, new Trace("1", Optional.empty())));

    assertThat(
            service
                .scraped()
                .value(
                    "sluice_http_requests_total",
                    "method",
                    "POST",
                    "endpoint",
                    "infer",
                    "code_class",
                    "2xx"))
        .isEqualTo(1);
  }

  @Test
  void spansReachTheCollectorThatIsNamed() throws IOException {
    var paths = new CopyOnWriteArrayList<String>();
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          paths.add(exchange.getRequestURI().getPath() + " " + (body.length > 0));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    try {
      Telemetry telemetry =
          Telemetry.start(
              new PrometheusRegistry(),
              BUILD,
              INSTANCE,
              Optional.of("http://127.0.0.1:" + collector.getAddress().getPort()));

      telemetry
          .api()
          .answered(answered(Endpoint.INFER, "POST", 200, new Trace("1", Optional.empty())));
      telemetry.close();

      assertThat(paths).containsExactly("/v1/traces true");
    } finally {
      collector.stop(0);
    }
  }

  private static Optional<Parent> parent() {
    return Optional.of(new Parent(TRACE_ID, "b7ad6b7169203331", Sampling.SAMPLED));
  }

  private static Answered answered(Endpoint endpoint, String method, int status, Trace trace) {
    return new Answered(endpoint, method, status, trace, 5_000_000);
  }

  private SpanData only() {
    assertThat(exported.getFinishedSpanItems()).hasSize(1);
    return exported.getFinishedSpanItems().getFirst();
  }

  private static String text(SpanData span, String attribute) {
    return String.valueOf(span.getAttributes().get(AttributeKey.stringKey(attribute)));
  }
}
