package dev.sluice.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A line as CloudWatch takes it apart. What the embedded metric format's specification forbids
/// fails.
///
/// @param metrics by dimensions as `model=… version=…` and then by name
record EmfLine(long millis, Map<String, Map<String, List<Double>>> metrics) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> UNITS = Set.of("Count", "Milliseconds", "Percent", "None");

  /// What is written to a standard output: each write by itself.
  static final class Output extends ByteArrayOutputStream {
    private final List<byte[]> writes = new ArrayList<>();

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
      byte[] write = new byte[length];
      System.arraycopy(bytes, from, write, 0, length);
      writes.add(write);
    }

    List<EmfLine> lines() {
      return writes.stream().map(EmfLine::read).toList();
    }
  }

  /// Values of a metric, of no version where that is empty.
  List<Double> of(String model, String version, String metric) {
    return metrics
        .getOrDefault(
            version.isEmpty() ? "model=" + model : "model=%s version=%s".formatted(model, version),
            Map.of())
        .getOrDefault(metric, List.of());
  }

  Set<String> names() {
    var names = new HashSet<String>();
    metrics.values().forEach(each -> names.addAll(each.keySet()));
    return names;
  }

  static EmfLine read(byte[] write) {
    String text = new String(write, UTF_8);
    assertThat(text).endsWith("\n");
    assertThat(text.strip()).doesNotContain("\n");
    assertThat(write.length).isLessThan(256 * 1024);
    try {
      JsonNode line = JSON.readTree(text);
      JsonNode aws = line.path("_aws");
      assertThat(aws.path("Timestamp").isIntegralNumber()).isTrue();
      assertThat(aws.path("CloudWatchMetrics").isArray()).isTrue();
      assertThat(aws.path("CloudWatchMetrics")).isNotEmpty();
      var metrics = new HashMap<String, Map<String, List<Double>>>();
      var used = new HashSet<>(Set.of("_aws"));
      for (JsonNode directive : aws.path("CloudWatchMetrics")) {
        read(line, directive, metrics, used);
      }
      line.fieldNames().forEachRemaining(name -> assertThat(used).contains(name));
      return new EmfLine(aws.path("Timestamp").asLong(), metrics);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static void read(
      JsonNode line,
      JsonNode directive,
      Map<String, Map<String, List<Double>>> metrics,
      Set<String> used) {
    assertThat(directive.path("Namespace").asText()).isEqualTo("Sluice");
    assertThat(directive.path("Dimensions")).isNotEmpty();
    assertThat(directive.path("Metrics").size()).isBetween(1, 100);
    for (JsonNode set : directive.path("Dimensions")) {
      var dimensions = new ArrayList<String>();
      for (JsonNode name : set) {
        JsonNode value = line.path(name.asText());
        assertThat(value.isTextual()).as(name.asText()).isTrue();
        assertThat(value.asText()).isNotBlank().hasSizeLessThanOrEqualTo(1024);
        dimensions.add(name.asText() + "=" + value.asText());
        used.add(name.asText());
      }
      assertThat(dimensions).hasSizeBetween(1, 2);
      Map<String, List<Double>> into =
          metrics.computeIfAbsent(String.join(" ", dimensions), first -> new HashMap<>());
      for (JsonNode metric : directive.path("Metrics")) {
        String name = metric.path("Name").asText();
        assertThat(UNITS).contains(metric.path("Unit").asText());
        assertThat(into.put(name, values(line.path(name)))).as(name + " twice").isNull();
        used.add(name);
      }
    }
  }

  private static List<Double> values(JsonNode value) {
    var values = new ArrayList<Double>();
    if (value.isArray()) {
      assertThat(value.size()).isBetween(1, 100);
      for (JsonNode each : value) {
        assertThat(each.isNumber()).isTrue();
        values.add(each.asDouble());
      }
    } else {
      assertThat(value.isNumber()).as(value.toString()).isTrue();
      values.add(value.asDouble());
    }
    return values;
  }
}
