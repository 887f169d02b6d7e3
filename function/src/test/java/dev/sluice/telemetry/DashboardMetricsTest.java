package dev.sluice.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DashboardMetricsTest {
  private static final Pattern METRIC =
      Pattern.compile("\\b((?:app|sluice|jvm|process|system)_[a-z0-9_]+)\\b");

  /// What the framework registers; that they are really there shows the running service.
  private static final Set<String> OF_THE_FRAMEWORK =
      Set.of(
          "jvm_memory_used_bytes",
          "jvm_memory_max_bytes",
          "jvm_gc_pause_seconds_sum",
          "jvm_threads_live_threads",
          "process_cpu_usage",
          "system_cpus");

  private record Panel(String dashboard, JsonNode json) {
    String name() {
      return dashboard + ": " + json.path("title").asText();
    }

    boolean draws() {
      return !json.path("type").asText().equals("row");
    }

    List<String> expressions() {
      var expressions = new ArrayList<String>();
      json.path("targets").forEach(target -> expressions.add(target.path("expr").asText()));
      return expressions;
    }
  }

  @Test
  void everyMetricInADashboardExists() throws IOException {
    Set<String> known =
        Stream.concat(
                Contract.METRICS.stream().flatMap(metric -> metric.series().stream()),
                OF_THE_FRAMEWORK.stream())
            .collect(Collectors.toUnmodifiableSet());

    for (Panel panel : panels()) {
      for (String expression : panel.expressions()) {
        Stream<String> used = METRIC.matcher(expression).results().map(MatchResult::group);
        assertThat(used).as(panel.name()).isNotEmpty().isSubsetOf(known);
      }
    }
  }

  @Test
  void everyExpressionIsOneThatPrometheusUnderstands() throws IOException, InterruptedException {
    var rules = new StringBuilder("groups:\n- name: panels\n  rules:\n");
    int number = 0;
    for (Panel panel : panels()) {
      for (String expression : panel.expressions()) {
        rules.append("  - record: panel:number_").append(number++).append("\n    expr: '");
        rules.append(concrete(expression).replace("'", "''")).append("'\n");
      }
    }
    Path file = Files.createTempFile("panels", ".yml");
    Files.writeString(file, rules);

    assertThat(number).isGreaterThan(20);
    assertThat(Promtool.installed().complaints(new byte[0], "check", "rules", file.toString()))
        .isEmpty();
    Files.delete(file);
  }

  @Test
  void theScrapeConfigurationIsOneThatPrometheusUnderstands()
      throws IOException, InterruptedException {
    String file = Repository.file("dashboards/prometheus/prometheus.yml").toString();

    assertThat(Promtool.installed().complaints(new byte[0], "check", "config", file)).isEmpty();
  }

  @Test
  void everyPanelSaysWhatItShowsInWhichUnitAndWhereItComesFrom() throws IOException {
    for (Panel panel : panels()) {
      if (panel.draws()) {
        assertThat(panel.json().path("description").asText()).as(panel.name()).isNotBlank();
        assertThat(panel.json().at("/fieldConfig/defaults/unit").asText())
            .as(panel.name())
            .isNotBlank();
        assertThat(panel.json().at("/datasource/uid").asText())
            .as(panel.name())
            .isEqualTo("${datasource}");
        assertThat(panel.expressions()).as(panel.name()).isNotEmpty();
        for (String expression : panel.expressions()) {
          assertThat(expression)
              .as("a rate goes by the scrape interval")
              .doesNotContainPattern("\\[(?!\\$__rate_interval\\])");
        }
      }
    }
  }

  @Test
  void noTwoPanelsShareAnIdOrAPlace() throws IOException {
    for (Path dashboard : dashboards()) {
      var ids = new HashSet<Integer>();
      var cells = new HashSet<String>();
      for (Panel panel : panels(dashboard)) {
        assertThat(ids.add(panel.json().path("id").asInt())).as(panel.name()).isTrue();
        var letters = new HashSet<String>();
        panel
            .json()
            .path("targets")
            .forEach(target -> assertThat(letters.add(target.path("refId").asText())).isTrue());
        JsonNode at = panel.json().path("gridPos");
        int right = at.path("x").asInt() + at.path("w").asInt();
        assertThat(right).as(panel.name()).isLessThanOrEqualTo(24);
        for (int x = at.path("x").asInt(); x < right; x++) {
          for (int y = at.path("y").asInt(); y < at.path("y").asInt() + at.path("h").asInt(); y++) {
            assertThat(cells.add(x + "," + y)).as(panel.name() + " at " + x + "," + y).isTrue();
          }
        }
      }
    }
  }

  /// An expression as Grafana would send it.
  private static String concrete(String expression) {
    return expression
        .replace("$__rate_interval", "5m")
        .replace("$model", "digits")
        .replace("$version", "A");
  }

  private static List<Panel> panels() throws IOException {
    var panels = new ArrayList<Panel>();
    for (Path dashboard : dashboards()) {
      panels.addAll(panels(dashboard));
    }
    return panels;
  }

  private static List<Panel> panels(Path dashboard) throws IOException {
    var panels = new ArrayList<Panel>();
    JsonNode json = new ObjectMapper().readTree(Files.readString(dashboard, UTF_8));
    json.path("panels")
        .forEach(panel -> panels.add(new Panel(dashboard.getFileName().toString(), panel)));
    return panels;
  }

  private static List<Path> dashboards() throws IOException {
    try (Stream<Path> files = Files.list(Repository.file("dashboards/grafana/json"))) {
      List<Path> found = files.filter(file -> file.toString().endsWith(".json")).toList();
      assertThat(found).isNotEmpty();
      return found;
    }
  }
}
