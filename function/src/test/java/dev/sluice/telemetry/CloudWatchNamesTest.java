package dev.sluice.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What is told to CloudWatch, what is drawn and alarmed of it, and what is written about it are
/// one list.
class CloudWatchNamesTest {
  private static final Pattern DRAWN = Pattern.compile("\\[\"Sluice\", \"(\\w+)\", ([^\\]]+)\\]");
  private static final Pattern FOUND =
      Pattern.compile("\\{Sluice,([a-z,]+)\\} model=[^ ]+ MetricName=\\\\\"(\\w+)\\\\\"");
  private static final Pattern ALARMED =
      Pattern.compile("\"?Sluice\"?,\\s+metric = \"(\\w+)\", dimensions = local\\.(\\w+)");
  private static final Pattern ALARMED_ALONE =
      Pattern.compile(
          "namespace\\s+= \"Sluice\"\\s+metric_name\\s+= \"(\\w+)\"\\s+dimensions\\s+= local\\.(\\w+)");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z]\\w+)` \\| ([^|]+)\\|");

  /// For those who look for a cause; nothing waits for them.
  private static final Set<EmbeddedMetric> NEITHER_DRAWN_NOR_ALARMED =
      Set.of(EmbeddedMetric.REQUESTS, EmbeddedMetric.LATENCY, EmbeddedMetric.SHADOW_ERRORS);

  /// A series: a metric by some dimensions.
  private record Used(String metric, String dimensions) {}

  @Test
  void everySeriesThatIsDrawnOrAlarmedIsTold() throws IOException {
    assertThat(used()).hasSizeGreaterThan(2).isSubsetOf(told());
  }

  @Test
  void everyMetricIsDrawnOrAlarmedOrListedHere() throws IOException {
    Set<String> names = used().stream().map(Used::metric).collect(Collectors.toUnmodifiableSet());

    for (EmbeddedMetric metric : EmbeddedMetric.values()) {
      assertThat(names.contains(metric.word()))
          .as(metric.word())
          .isNotEqualTo(NEITHER_DRAWN_NOR_ALARMED.contains(metric));
    }
  }

  @Test
  void theDocumentListsEveryMetricWithItsDimensions() throws IOException {
    String document = Files.readString(Repository.file("function/docs/metrics.md"), UTF_8);

    Set<Used> written = new HashSet<>();
    ROW.matcher(document)
        .results()
        .forEach(
            row -> {
              for (String set : row.group(2).strip().split("; ", -1)) {
                written.add(new Used(row.group(1), set));
              }
            });

    Set<Used> told = new HashSet<>(told());
    told.add(new Used("LatencyN", "model, version"));
    assertThat(written).isEqualTo(told);
  }

  private static Set<Used> told() {
    return Arrays.stream(EmbeddedMetric.values())
        .flatMap(
            metric ->
                metric.of(0).scope().dimensions().stream()
                    .map(set -> new Used(metric.word(), String.join(", ", set))))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Set<Used> used() throws IOException {
    String board =
        Files.readString(Repository.file("dashboards/cloudwatch/dashboard.json.tftpl"), UTF_8);
    String alarms = Files.readString(Repository.file("infra/observability.tf"), UTF_8);
    var used = new HashSet<Used>();
    DRAWN
        .matcher(board)
        .results()
        .forEach(it -> used.add(new Used(it.group(1), dimensions(it.group(2)))));
    FOUND
        .matcher(board)
        .results()
        .forEach(it -> used.add(new Used(it.group(2), it.group(1).replace(",", ", "))));
    Stream.of(ALARMED, ALARMED_ALONE)
        .flatMap(pattern -> pattern.matcher(alarms).results())
        .forEach(
            it -> {
              assertThat(it.group(2)).isEqualTo("on_model");
              used.add(new Used(it.group(1), "model"));
            });
    return used;
  }

  /// Of `"model", "${model}"` the names.
  private static String dimensions(String list) {
    String[] words = list.replace("\"", "").split(", ", -1);
    var names = new ArrayList<String>();
    for (int i = 0; i + 1 < words.length; i += 2) {
      names.add(words[i]);
    }
    return String.join(", ", names);
  }
}
