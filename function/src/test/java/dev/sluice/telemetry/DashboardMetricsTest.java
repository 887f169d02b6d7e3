package dev.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.telemetry.Board.Panel;
import dev.sluice.telemetry.Board.Query;
import dev.sluice.telemetry.Contract.Metric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DashboardMetricsTest {
  /// Metrics that no dashboard shows, and why.
  private static final Map<String, String> SHOWN_NOWHERE = Map.of();

  @Test
  void everyMetricInADashboardExists() throws IOException {
    Set<String> recorded =
        PrometheusRule.all().stream().map(PrometheusRule::name).collect(Collectors.toSet());

    for (Query query : queries()) {
      Set<String> named = NamedMetrics.in(query.expression());
      assertThat(named).as(query.name()).isSubsetOf(NamedMetrics.known());
      boolean ofARule = recorded.stream().anyMatch(query.expression()::contains);
      assertThat(ofARule || !named.isEmpty()).as(query.name()).isTrue();
    }
  }

  @Test
  void everyMetricIsInADashboardOrListedWithAReason() throws IOException {
    String all = queries().stream().map(Query::expression).collect(Collectors.joining("\n"));
    String rules =
        PrometheusRule.all().stream()
            .filter(rule -> all.contains(rule.name()))
            .map(PrometheusRule::expression)
            .collect(Collectors.joining("\n"));
    Set<String> named = NamedMetrics.in(all + "\n" + rules);

    for (Metric metric : Contract.METRICS) {
      assertThat(metric.series().stream().anyMatch(named::contains))
          .as(metric.name())
          .isNotEqualTo(SHOWN_NOWHERE.containsKey(metric.name()));
    }
  }

  @Test
  void everyExpressionIsOneThatPrometheusUnderstands() throws IOException, InterruptedException {
    List<String> expressions = new ArrayList<>();
    for (Query query : queries()) {
      String expression = query.concrete("digits", "A", "error_rate");
      assertThat(expression).as(query.name()).doesNotContain("$");
      expressions.add(expression);
    }

    assertThat(expressions).hasSizeGreaterThan(60);
    assertThat(Promtool.installed().complaints(expressions)).isEmpty();
  }

  @Test
  void everyPanelSaysWhatItShowsInWhichUnitAndWhereItComesFrom() throws IOException {
    for (Panel panel : panels()) {
      if (panel.draws()) {
        assertThat(panel.json().path("description").asText()).as(panel.name()).isNotBlank();
        assertThat(panel.json().at("/fieldConfig/defaults/unit").asText())
            .as(panel.name())
            .isNotBlank();
        assertThat(panel.queries()).as(panel.name()).isNotEmpty();
        List<JsonNode> sources = new ArrayList<>(List.of(panel.json().path("datasource")));
        panel.json().path("targets").forEach(it -> sources.add(it.path("datasource")));
        assertThat(sources)
            .as(panel.name())
            .allMatch(source -> source.path("uid").asText().equals("${datasource}"));
        for (Query query : panel.queries()) {
          assertThat(query.expression())
              .as("a rate goes by the scrape interval, or by all that is shown")
              .doesNotContainPattern("\\[(?!\\$__(?:rate_interval|range)\\])");
        }
      }
    }
  }

  @Test
  void noTwoPanelsShareAnIdOrAPlace() throws IOException {
    for (Board board : Board.all()) {
      var ids = new HashSet<Integer>();
      var cells = new HashSet<String>();
      for (Panel panel : board.panels()) {
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

  @Test
  void everyBoardHasAFixedNameTheUsualVariablesAndTheMovesOfRollouts() throws IOException {
    var uids = new HashSet<String>();
    for (Board board : Board.all()) {
      assertThat(board.json().path("uid").asText()).startsWith("sluice-");
      assertThat(uids.add(board.json().path("uid").asText())).as(board.file()).isTrue();
      assertThat(texts(board.json().at("/templating/list"), "name"))
          .as(board.file())
          .contains("datasource", "model", "version", "console");
      assertThat(board.annotations()).as(board.file()).hasSize(2);
      assertThat(texts(board.json().at("/annotations/list"), "iconColor"))
          .containsExactly("red", "blue");
      for (JsonNode annotation : board.annotations()) {
        assertThat(annotation.path("useValueForTime").asBoolean()).as(board.file()).isTrue();
        assertThat(annotation.path("expr").asText()).endsWith("* 1000");
      }
    }
    for (Board board : Board.all()) {
      assertThat(board.json().toString()).contains("dashboards/runbook.md");
      for (String url : texts(board.json().path("links"), "url")) {
        assertThat(url.equals("${console}") || uids.contains(url.replace("/d/", "")))
            .as("%s links to %s", board.file(), url)
            .isTrue();
      }
      assertThat(board.json().path("links")).hasSize(3);
    }
  }

  private static List<String> texts(JsonNode list, String member) {
    var texts = new ArrayList<String>();
    list.forEach(each -> texts.add(each.path(member).asText()));
    return texts;
  }

  private static List<Query> queries() throws IOException {
    return Board.all().stream().flatMap(board -> board.queries().stream()).toList();
  }

  private static List<Panel> panels() throws IOException {
    return Board.all().stream().flatMap(board -> board.panels().stream()).toList();
  }
}
