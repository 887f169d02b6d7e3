package dev.sluice.telemetry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.control.ControlListener;
import dev.sluice.telemetry.EmbeddedMetric.Scope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Metrics for CloudWatch where nobody can come and ask: lines of JSON on the standard output, in
/// Amazon's embedded metric format. They cost no call and no waiting.
///
/// A line has one model and at most one version. It does not go through the log's encoder: it is
/// nothing to be read, and whatever were wrapped around it would hide it. Thread-safe.
public final class EmbeddedMetrics {
  static final String NAMESPACE = "Sluice";

  // The format's limit of one directive.
  private static final int MOST_METRICS = 100;
  private static final JsonFactory JSON = new JsonFactory();

  private final String function;
  private final String version;
  private final PrintStream out;
  private final InstantSource clock;

  /// @param function whose invocations these are
  /// @param version of the function, not of a model
  /// @param out where Lambda reads
  public EmbeddedMetrics(String function, String version, PrintStream out, InstantSource clock) {
    // No model is called so: a name has no colon.
    this.function = "lambda:" + function;
    this.version = version;
    this.out = out;
    this.clock = clock;
  }

  /// Of a version of a function, to its standard output.
  public static EmbeddedMetrics of(String function, String version) {
    // What is loaded here, no caller has to wait for.
    var metrics = List.of(EmbeddedMetric.REQUESTS.of(1), Embedded.latency(0, 1));
    line(Instant.EPOCH, function, Optional.of(version), metrics);
    return new EmbeddedMetrics(function, version, System.out, InstantSource.system());
  }

  String function() {
    return function;
  }

  String version() {
    return version;
  }

  /// Tells of rollouts, and passes on all that it hears.
  public ControlListener rollouts(ControlListener next) {
    return new EmbeddedRollouts(this, next);
  }

  /// Tells that the function was invoked with something that nobody here knows.
  public void unknownEvent() {
    write(function, Optional.empty(), List.of(EmbeddedMetric.UNKNOWN_EVENTS.of(1)));
  }

  /// Writes a line.
  ///
  /// @param ofVersion there if any of the metrics is kept by version
  void write(String model, Optional<String> ofVersion, List<Embedded> metrics) {
    byte[] line = line(clock.instant(), model, ofVersion, metrics);
    // In one piece: the runtime of Lambda takes each write for an event of its own.
    out.write(line, 0, line.length);
    out.flush();
  }

  static byte[] line(Instant at, String model, Optional<String> ofVersion, List<Embedded> metrics) {
    var bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeObjectFieldStart("_aws");
      json.writeNumberField("Timestamp", at.toEpochMilli());
      json.writeArrayFieldStart("CloudWatchMetrics");
      for (Scope scope : Scope.values()) {
        List<Embedded> ofScope = metrics.stream().filter(it -> it.scope() == scope).toList();
        for (int from = 0; from < ofScope.size(); from += MOST_METRICS) {
          int end = Math.min(from + MOST_METRICS, ofScope.size());
          directive(json, scope, ofScope.subList(from, end));
        }
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeStringField("model", model);
      if (ofVersion.isPresent() && metrics.stream().anyMatch(it -> it.scope() != Scope.MODEL)) {
        json.writeStringField("version", ofVersion.get());
      }
      for (Embedded metric : metrics) {
        values(json, metric);
      }
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static void directive(JsonGenerator json, Scope scope, List<Embedded> metrics)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("Namespace", NAMESPACE);
    json.writeArrayFieldStart("Dimensions");
    for (List<String> set : scope.dimensions()) {
      json.writeStartArray();
      for (String dimension : set) {
        json.writeString(dimension);
      }
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("Metrics");
    for (Embedded metric : metrics) {
      json.writeStartObject();
      json.writeStringField("Name", metric.name());
      json.writeStringField("Unit", metric.unit().word());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void values(JsonGenerator json, Embedded metric) throws IOException {
    json.writeFieldName(metric.name());
    if (metric.values().size() == 1) {
      number(json, metric.values().getFirst());
    } else {
      json.writeStartArray();
      for (double value : metric.values()) {
        number(json, value);
      }
      json.writeEndArray();
    }
  }

  private static void number(JsonGenerator json, double value) throws IOException {
    if (value == Math.rint(value)) {
      json.writeNumber((long) value);
    } else {
      json.writeNumber(value);
    }
  }
}
