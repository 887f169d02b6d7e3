package dev.sluice.telemetry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A rule of Prometheus: an alert, or a series that is worked out.
///
/// @param labels that it adds
public record PrometheusRule(
    Kind kind,
    String name,
    String expression,
    Map<String, String> labels,
    Map<String, String> annotations) {
  static final String FOLDER = "dashboards/prometheus/";

  /// What comes of it.
  public enum Kind {
    RECORDING,
    ALERT
  }

  /// Those of rules.yml and of alerts.yml, in their order.
  public static List<PrometheusRule> all() throws IOException {
    var rules = new ArrayList<PrometheusRule>();
    for (String file : List.of("rules.yml", "alerts.yml")) {
      for (JsonNode group : read(file).path("groups")) {
        group.path("rules").forEach(rule -> rules.add(of(rule)));
      }
    }
    return rules;
  }

  static List<PrometheusRule> alerts() throws IOException {
    return all().stream().filter(rule -> rule.kind() == Kind.ALERT).toList();
  }

  static JsonNode read(String file) throws IOException {
    return new YAMLMapper().readTree(Repository.file(FOLDER + file).toFile());
  }

  private static PrometheusRule of(JsonNode rule) {
    Kind kind = rule.has("alert") ? Kind.ALERT : Kind.RECORDING;
    return new PrometheusRule(
        kind,
        rule.path(kind == Kind.ALERT ? "alert" : "record").asText(),
        rule.path("expr").asText(),
        texts(rule.path("labels")),
        texts(rule.path("annotations")));
  }

  static Map<String, String> texts(JsonNode members) {
    var texts = new TreeMap<String, String>();
    members.properties().forEach(member -> texts.put(member.getKey(), member.getValue().asText()));
    return texts;
  }
}
