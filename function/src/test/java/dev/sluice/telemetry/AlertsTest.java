package dev.sluice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AlertsTest {
  private static final String TWIN = "SluiceMetricMissing";

  /// Metrics whose absence no alert of its own tells, and why that is right.
  private static final Map<String, String> WITHOUT_TWIN =
      Map.ofEntries(
          Map.entry("nginx_up", "NginxNotSeen tells"),
          Map.entry("sluice_model_load_failed", "SluiceModelMissing tells"),
          Map.entry(
              "sluice_judge_last_run_timestamp_seconds", "SluiceJudgeStale tells, cause never"),
          Map.entry("sluice_rollout_state", "there since the first rollout"),
          Map.entry(
              "sluice_rollout_last_transition_timestamp_seconds", "there since the first move"),
          Map.entry("sluice_rollout_time_used_ratio", "there while a rollout is active"),
          Map.entry(
              "sluice_rollout_waiting_since_timestamp_seconds", "there while one waits for us"),
          Map.entry("sluice_evidence_log10", "there while a rollout is active"),
          Map.entry("sluice_evidence_threshold_log10", "there while a rollout is active"),
          Map.entry("sluice_judge_errors_total", "there since the first rollout"),
          Map.entry("sluice_notifications_total", "there where a webhook is set"));

  /// One test of rules_test.yml, of one alert.
  ///
  /// @param labels of each alert that is expected
  private record Tried(String alert, String name, List<Map<String, String>> labels, int series) {}

  @Test
  void prometheusUnderstandsItsConfigurationAndFindsNothingToComplainOf() throws Exception {
    Promtool promtool = Promtool.installed();

    assertThat(promtool.complaints(new byte[0], "check", "config", file("prometheus.yml")))
        .isEmpty();
    for (String rules : List.of("rules.yml", "alerts.yml")) {
      assertThat(promtool.complaints(new byte[0], "check", "rules", "--lint=all", file(rules)))
          .isEmpty();
    }
  }

  @Test
  void everyAlertFiresAndStaysSilentAsItsTestsSay() throws Exception {
    assertThat(
            Promtool.installed().complaints(new byte[0], "test", "rules", file("rules_test.yml")))
        .isEmpty();
  }

  private static String file(String name) {
    return Repository.file(PrometheusRule.FOLDER + name).toString();
  }

  @Test
  void everyAlertSaysHowUrgentItIsHowBadAndWhatToDo() throws IOException {
    for (PrometheusRule alert : PrometheusRule.alerts()) {
      assertThat(alert.labels().get("severity")).as(alert.name()).isIn("page", "ticket");
      assertThat(alert.annotations().get("summary")).as(alert.name()).contains("$value");
      assertThat(alert.annotations().get("runbook_url"))
          .isEqualTo("dashboards/runbook.md#" + alert.name().toLowerCase(Locale.ROOT));
    }
  }

  @Test
  void everyRuleOfAnAlertHasATestInWhichItFires() throws IOException {
    for (PrometheusRule alert : PrometheusRule.alerts()) {
      assertThat(tried())
          .as("%s %s", alert.name(), alert.labels())
          .anyMatch(
              it ->
                  it.alert().equals(alert.name())
                      && it.labels().stream()
                          .anyMatch(
                              labels -> labels.entrySet().containsAll(alert.labels().entrySet())));
    }
  }

  @Test
  void everyAlertHasATestInWhichItIsSilentThoughThereIsSomethingToSee() throws IOException {
    for (PrometheusRule alert : PrometheusRule.alerts()) {
      assertThat(tried())
          .as(alert.name())
          .anyMatch(
              it -> it.alert().equals(alert.name()) && it.labels().isEmpty() && it.series() > 0);
    }
  }

  @Test
  void everyTestSaysOfWhichAlertItIsAndWhatIsExpected() throws IOException {
    Set<String> alerts =
        PrometheusRule.alerts().stream().map(PrometheusRule::name).collect(Collectors.toSet());

    for (Tried test : tried()) {
      assertThat(alerts).contains(test.alert());
      String verb = test.labels().isEmpty() ? " is silent: " : " fires: ";
      assertThat(test.name()).startsWith(test.alert() + verb);
    }
  }

  @Test
  void everyMetricThatIsReadExistsAndIsMissedWhenItIsGone() throws IOException {
    var read = new HashSet<String>();
    var missed = new HashSet<String>();
    for (PrometheusRule rule : PrometheusRule.all()) {
      (rule.name().equals(TWIN) ? missed : read).addAll(NamedMetrics.in(rule.expression()));
    }

    assertThat(read).isSubsetOf(NamedMetrics.known());
    assertThat(missed).doesNotContainAnyElementsOf(WITHOUT_TWIN.keySet());
    missed.addAll(WITHOUT_TWIN.keySet());
    assertThat(missed).isEqualTo(read);
  }

  private static List<Tried> tried() throws IOException {
    var tried = new ArrayList<Tried>();
    for (JsonNode test : PrometheusRule.read("rules_test.yml").path("tests")) {
      for (JsonNode one : test.path("alert_rule_test")) {
        var expected = new ArrayList<Map<String, String>>();
        for (JsonNode alert : one.path("exp_alerts")) {
          expected.add(new TreeMap<>(PrometheusRule.texts(alert.path("exp_labels"))));
        }
        tried.add(
            new Tried(
                one.path("alertname").asText(),
                test.path("name").asText(),
                expected,
                test.path("input_series").size()));
      }
    }
    return tried;
  }
}
