package dev.sluice.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.api.ApiListener.Answered;
import dev.sluice.api.ApiListener.Feedback;
import dev.sluice.api.Endpoint;
import dev.sluice.api.MetricsPage;
import dev.sluice.api.Problem;
import dev.sluice.api.Trace;
import dev.sluice.batching.BatchListener.Ran;
import dev.sluice.experiment.Outcome;
import dev.sluice.inference.Version;
import dev.sluice.routing.Reason;
import dev.sluice.serving.ServingListener.ShadowResult;
import dev.sluice.telemetry.Contract.Metric;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetersTest {
  private final Watching service = Watching.start();

  @Test
  void saysWhichVersionsDidNotLoadAndNotWhichAreOnTheirWay() {
    List<Scraped.Sample> failed =
        service.scraped().samples().stream()
            .filter(sample -> sample.name().equals("sluice_model_load_failed"))
            .toList();

    assertThat(failed)
        .containsExactly(
            new Scraped.Sample(
                "sluice_model_load_failed", Map.of("model", "digits", "version", "C"), 1));
  }

  @Test
  void saysHowLongARequestMayTake() {
    assertThat(service.scraped().value("sluice_request_deadline_seconds")).isEqualTo(1.5);
  }

  @Test
  void showsExactlyTheMetricsOfTheContract() {
    service.compared(1, 1, 0);
    service.rolledOut();

    Scraped page = service.scraped();

    assertThat(page.names())
        .isEqualTo(
            Contract.METRICS.stream().map(Metric::name).collect(Collectors.toUnmodifiableSet()));
    for (Metric metric : Contract.METRICS) {
      assertThat(page.types().get(metric.name()))
          .as(metric.name())
          .isEqualTo(metric.type().name().toLowerCase(Locale.ROOT));
      for (String series : metric.series()) {
        assertThat(page.labels(series)).as(series).containsExactly(metric.labels());
      }
    }
  }

  @Test
  void showsEveryValueOfAClosedLabelFromTheStart() {
    Scraped page = service.scraped();

    for (Contract.Closed closed : Contract.CLOSED) {
      assertThat(
              page.samples().stream()
                  .filter(sample -> sample.name().equals(closed.metric()))
                  .map(sample -> sample.labels().get(closed.label()))
                  .collect(Collectors.toUnmodifiableSet()))
          .as(closed.metric())
          .isEqualTo(closed.values());
    }
    assertThat(
            page.value(
                "app_predictions_total", "model", "digits", "version", "B", "status", "error"))
        .isZero();
    assertThat(
            page.value(
                "sluice_http_requests_total",
                "method",
                "POST",
                "endpoint",
                "infer",
                "code_class",
                "5xx"))
        .isZero();
  }

  @Test
  void countsAPredictionWhereItBelongs() {
    service.predicted(Watching.A);
    service.meters().assigned(Watching.A, Reason.HEADER);
    service.meters().ended(Watching.A, Watching.outcome(Watching.A, Outcome.Result.TIMEOUT));
    service.meters().turnedAway(Watching.B);
    service.meters().ran(Watching.A, new Ran(3, 5, 1_000_000, 2_000_000));

    Scraped page = service.scraped();

    assertThat(predictions(page, "A", "ok")).isEqualTo(1);
    assertThat(predictions(page, "A", "timeout")).isEqualTo(1);
    assertThat(predictions(page, "B", "rejected")).isEqualTo(1);
    assertThat(page.value("sluice_inflight_requests", "model", "digits")).isEqualTo(1);
    assertThat(
            page.value(
                "sluice_assignments_total", "model", "digits", "version", "A", "source", "header"))
        .isEqualTo(1);
    assertThat(
            page.value(
                "app_prediction_latency_seconds_bucket",
                "model",
                "digits",
                "version",
                "A",
                "le",
                "0.001"))
        .isZero();
    assertThat(
            page.value(
                "app_prediction_latency_seconds_bucket",
                "model",
                "digits",
                "version",
                "A",
                "le",
                "0.0025"))
        .isEqualTo(2);
    assertThat(
            page.value("sluice_batch_size_bucket", "model", "digits", "version", "A", "le", "4.0"))
        .isEqualTo(1);
    assertThat(page.value("sluice_batch_size_sum", "model", "digits", "version", "A")).isEqualTo(6);
    assertThat(
            page.value(
                "sluice_http_requests_total",
                "method",
                "POST",
                "endpoint",
                "infer",
                "code_class",
                "2xx"))
        .isEqualTo(1);
  }

  private static double predictions(Scraped page, String version, String status) {
    return page.value(
        "app_predictions_total", "model", "digits", "version", version, "status", status);
  }

  @Test
  void hasFourteenBoundsFromAMillisecondToTenSeconds() {
    assertThat(
            service.scraped().samples().stream()
                .filter(sample -> sample.name().equals("app_prediction_latency_seconds_bucket"))
                .filter(sample -> "A".equals(sample.labels().get("version")))
                .map(sample -> sample.labels().get("le")))
        .hasSize(15)
        .startsWith("0.001")
        .endsWith("10.0", "+Inf");
  }

  @Test
  void tellsWhatTheShadowsSaid() {
    service.compared(4, 4, 0.1);
    service.compared(1, 4, 0.5);
    service.meters().shadowed(Watching.B, new ShadowResult.Dropped());
    service.meters().shadowed(Watching.B, new ShadowResult.Failed());

    Scraped page = service.scraped();

    for (String outcome : List.of("success", "error", "dropped", "disagree")) {
      assertThat(
              page.value(
                  "sluice_shadow_total", "model", "digits", "version", "B", "outcome", outcome))
          .as(outcome)
          .isEqualTo(1);
    }
    assertThat(page.value("sluice_shadow_divergence_ratio", "model", "digits", "version", "B"))
        .isEqualTo(3 / 8.0);
    assertThat(page.value("sluice_shadow_distance_sum", "model", "digits", "version", "B"))
        .isEqualTo(0.6);
  }

  @Test
  void saysNothingOfShadowsThatWereNeverCompared() {
    service.meters().shadowed(Watching.B, new ShadowResult.Dropped());

    assertThat(service.scraped().labels("sluice_shadow_divergence_ratio")).isEmpty();
  }

  @Test
  void countsReportsByWhatBecameOfThemAndWhatIsNotBelievedForNoVersion() {
    service.meters().fedBack(Optional.of(Watching.A), Feedback.ACCEPTED);
    service.meters().fedBack(Optional.of(Watching.A), Feedback.DUPLICATE);
    service.meters().fedBack(Optional.empty(), Feedback.REJECTED);

    Scraped page = service.scraped();

    assertThat(feedback(page, "digits", "A", "accepted")).isEqualTo(1);
    assertThat(feedback(page, "digits", "A", "duplicate")).isEqualTo(1);
    assertThat(feedback(page, "digits", "A", "rejected")).isZero();
    assertThat(feedback(page, "", "", "rejected")).isEqualTo(1);
  }

  private static double feedback(Scraped page, String model, String version, String outcome) {
    return page.value(
        "sluice_feedback_total", "model", model, "version", version, "outcome", outcome);
  }

  @Test
  void readsGaugesOffTheRunningService() {
    assertThat(service.bodies().tryTake(300)).isTrue();

    Scraped page = service.scraped();

    assertThat(page.value("sluice_queue_depth", "model", "digits")).isEqualTo(5);
    assertThat(page.value("sluice_share_ratio", "model", "digits", "version", "B")).isEqualTo(0.1);
    assertThat(page.value("sluice_model_loaded", "model", "digits", "version", "A")).isEqualTo(1);
    assertThat(page.value("sluice_inflight_body_bytes")).isEqualTo(300);
    assertThat(page.value("sluice_open_connections")).isEqualTo(7);
    assertThat(page.value("sluice_connections_refused_total")).isEqualTo(8);
    assertThat(page.value("sluice_connection_timeouts_total")).isEqualTo(9);
    assertThat(page.value("sluice_decode_workers_lost")).isEqualTo(1);
    assertThat(page.value("sluice_build_info", "version", "1.2.3", "revision", "abc")).isEqualTo(1);
  }

  @Test
  void countsEveryRefusalByAReasonOfTheClosedList() {
    for (Problem problem : Problem.values()) {
      service.meters().refused(problem);
    }

    Scraped page = service.scraped();

    assertThat(page.value("sluice_rejections_total", "reason", "rate_limit")).isEqualTo(1);
    assertThat(page.value("sluice_rejections_total", "reason", "payload_too_large")).isEqualTo(1);
    assertThat(page.value("sluice_rejections_total", "reason", "unauthorized")).isEqualTo(3);
    assertThat(page.value("sluice_rejections_total", "reason", "overload")).isEqualTo(4);
    assertThat(page.value("sluice_rejections_total", "reason", "deadline")).isEqualTo(1);
    assertThat(page.value("sluice_rejections_total", "reason", "bad_input"))
        .isEqualTo(Problem.values().length - 10 - 2);
  }

  @Test
  void callersCannotMakeSeries() {
    // Methods that are told apart all happen once before.
    for (Method method : Method.values()) {
      service
          .meters()
          .answered(new Answered(Endpoint.OTHER, method.label(), 404, Watching.TRACE, 1));
    }
    int before = service.scraped().samples().size();

    for (int i = 0; i < 20_000; i++) {
      var trace = new Trace("id-" + i, Optional.empty());
      service.meters().answered(new Answered(Endpoint.OTHER, "M" + i, 404, trace, i));
      service.meters().cookieIgnored("cause-" + i);
    }

    assertThat(service.scraped().samples()).hasSize(before);
    assertThat(
            service
                .scraped()
                .value(
                    "sluice_http_requests_total",
                    "method",
                    "other",
                    "endpoint",
                    "other",
                    "code_class",
                    "4xx"))
        .isEqualTo(20_001);
  }

  @Test
  void speaksOpenMetricsOnlyToThoseWhoPreferIt() {
    MetricsPage.Page plain = service.meters().scrape("");
    MetricsPage.Page asked =
        service
            .meters()
            .scrape("application/openmetrics-text;version=1.0.0;q=0.8,text/plain;q=0.5,*/*;q=0.1");
    MetricsPage.Page rather =
        service.meters().scrape("application/openmetrics-text;q=0.2, text/plain;q=0.9");
    MetricsPage.Page never = service.meters().scrape("application/openmetrics-text;q=0");

    assertThat(plain.contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(rather.contentType()).isEqualTo(plain.contentType());
    assertThat(never.contentType()).isEqualTo(plain.contentType());
    assertThat(asked.contentType())
        .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(new String(asked.body(), UTF_8)).endsWith("# EOF\n");
    assertThat(new String(plain.body(), UTF_8)).doesNotContain("# EOF");
  }

  @Test
  void allocatesNextToNothingForARequest() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().threadId();
    int rounds = 20_000;
    warm(rounds);

    long before = threads.getThreadAllocatedBytes(self);
    warm(rounds);
    long each = (threads.getThreadAllocatedBytes(self) - before) / rounds;

    // Two records of the callers' are in it, which are not the meters' doing.
    assertThat(each).isLessThan(250);
  }

  private void warm(int rounds) {
    for (int i = 0; i < rounds; i++) {
      service.predicted(Watching.A);
    }
  }

  @Test
  void aVersionThatIsGoneHasNoSeriesAndOneThatComesHasThem() {
    var watching = Watching.start();
    var arriving = new Version("digits", "C", "cc");
    watching.predicted(Watching.B);

    watching.meters().gone(Watching.B);
    watching.meters().arrived(arriving);

    assertThat(watching.scraped().samples())
        .filteredOn(sample -> "B".equals(sample.labels().get("version")))
        .extracting(Scraped.Sample::name)
        .containsOnly("sluice_model_loaded", "sluice_share_ratio");
    assertThat(watching.scraped().samples())
        .filteredOn(sample -> "C".equals(sample.labels().get("version")))
        .extracting(Scraped.Sample::name)
        .contains("app_predictions_total", "sluice_model_info");
  }
}
