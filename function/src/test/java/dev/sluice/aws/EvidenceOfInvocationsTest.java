package dev.sluice.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.control.Observations;
import dev.sluice.control.ObservationsContract;
import dev.sluice.control.OutsideAddress.Alias;
import dev.sluice.experiment.Outcome;
import dev.sluice.experiment.Outcome.Result;
import dev.sluice.experiment.Window;
import dev.sluice.inference.Version;
import dev.sluice.statistics.LatencyBuckets;
import dev.sluice.telemetry.Build;
import dev.sluice.telemetry.EmbeddedMetrics;
import dev.sluice.telemetry.Instance;
import dev.sluice.telemetry.Telemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;

/// What a version of a function writes at the end of its invocations is what its rollouts are
/// judged by.
class EvidenceOfInvocationsTest extends ObservationsContract {
  private static final Version MODEL = new Version("digits", "A", "0".repeat(64));
  private static final ObjectMapper JSON = new ObjectMapper();

  private final CloudWatchDouble cloud = new CloudWatchDouble();
  private final FaultyServer server = new FaultyServer(cloud);
  private final CloudWatchObservations observations =
      new CloudWatchObservations(
          new MetricSums(
              TestAccount.at(server.endpoint(), Clients.once(CloudWatchClient.builder())).build()),
          CloudWatchObservations.Naming.behind(new Alias("served", "served", "live")),
          rollout -> Optional.of(START.minusSeconds(30)),
          CloudWatchObservations.SETTLES);
  private final Map<String, Running> instances = new HashMap<>();

  /// An instance of a version of the function, and what it writes.
  private static final class Running {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final Telemetry telemetry;
    private Instant now = START;

    Running(String version) {
      telemetry =
          Telemetry.start(
                  new PrometheusRegistry(),
                  new Build("1", "2"),
                  new Instance("i"),
                  Optional.empty())
              .embedding(
                  new EmbeddedMetrics(
                      "served", version, new PrintStream(written, false, UTF_8), () -> now));
    }

    void invoked(Instant at, Result result, Duration latency) {
      now = at;
      telemetry
          .serving()
          .ended(
              MODEL,
              new Outcome(
                  MODEL.model(),
                  MODEL.name(),
                  result,
                  Outcome.Counted.EXPOSURE,
                  latency.toNanos()));
      telemetry.flush();
    }

    String log() {
      String log = written.toString(UTF_8);
      written.reset();
      return log;
    }
  }

  @AfterEach
  void stop() {
    observations.close();
    server.close();
  }

  @Override
  protected Observations observations() {
    return observations;
  }

  @Override
  protected Duration slack() {
    return CloudWatchObservations.SETTLES;
  }

  @Override
  protected void brings(Instant minute, Counted stable, Counted canary) throws Exception {
    brings(stable(), minute, stable);
    brings(canary(), minute, canary);
  }

  private void brings(String version, Instant minute, Counted counted) throws Exception {
    for (int i = 0; i < counted.requests(); i++) {
      Result result = i < counted.errors() ? Result.ERROR : Result.OK;
      invoked(version, minute.plusMillis(i), result, Duration.ofMillis(10));
    }
  }

  private void invoked(String version, Instant at, Result result, Duration latency)
      throws Exception {
    Running instance = instances.computeIfAbsent(version, Running::new);
    instance.invoked(at, result, latency);
    for (String line : instance.log().lines().toList()) {
      extract(JSON.readTree(line));
    }
  }

  /// As CloudWatch makes metrics of a line.
  private void extract(JsonNode line) {
    JsonNode aws = line.path("_aws");
    long millis = aws.path("Timestamp").asLong();
    Instant minute = Instant.ofEpochMilli(millis - millis % 60_000);
    for (JsonNode directive : aws.path("CloudWatchMetrics")) {
      for (JsonNode set : directive.path("Dimensions")) {
        var dimensions = new HashMap<String, String>();
        set.forEach(name -> dimensions.put(name.asText(), line.path(name.asText()).asText()));
        for (JsonNode metric : directive.path("Metrics")) {
          String name = metric.path("Name").asText();
          var series = new Series(directive.path("Namespace").asText(), name, dimensions);
          cloud.count(series, minute, line.path(name).asDouble());
        }
      }
    }
  }

  @Test
  void findsEachLatencyInItsBucket() throws Exception {
    invoked(canary(), START, Result.OK, Duration.ofMillis(3));
    invoked(canary(), START, Result.OK, Duration.ofMillis(300));
    invoked(canary(), START, Result.TIMEOUT, Duration.ofMillis(20));

    Window window = observations.since(running(), closing(1)).getFirst();

    var counts = window.canary().latency().counts();
    assertThat(counts.get(LatencyBuckets.ofMicros(3_000))).isEqualTo(1);
    assertThat(counts.get(LatencyBuckets.ofMicros(300_000))).isEqualTo(1);
    assertThat(counts.get(LatencyBuckets.OVERFLOW)).isEqualTo(1);
    assertThat(window.canary().errors().events()).isEqualTo(1);
  }
}
