package dev.sluice.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// One of the dashboards for Grafana.
public record Board(String file, JsonNode json) {

  /// What it asks Prometheus for.
  ///
  /// @param name of the panel or annotation
  /// @param expression as it is written, with Grafana's variables
  public record Query(String name, String expression) {
    /// As Grafana would send it.
    ///
    /// @param guard what evidence is shown of
    public String concrete(String model, String version, String guard) {
      return expression
          .replace("$__rate_interval", "1m")
          .replace("$__range", "30m")
          .replace("$model", model)
          .replace("$version", version)
          .replace("$guard", guard);
    }
  }

  record Panel(String dashboard, JsonNode json) {
    String name() {
      return dashboard + ": " + json.path("title").asText();
    }

    String type() {
      return json.path("type").asText();
    }

    /// Rows and texts ask nobody.
    boolean draws() {
      return !List.of("row", "text").contains(type());
    }

    List<Query> queries() {
      var queries = new ArrayList<Query>();
      json.path("targets")
          .forEach(target -> queries.add(new Query(name(), target.path("expr").asText())));
      return queries;
    }
  }

  public static List<Board> all() throws IOException {
    var boards = new ArrayList<Board>();
    try (Stream<Path> files = Files.list(Repository.file("dashboards/grafana/json"))) {
      for (Path file : files.filter(it -> it.toString().endsWith(".json")).sorted().toList()) {
        JsonNode json = new ObjectMapper().readTree(Files.readString(file, UTF_8));
        boards.add(new Board(file.getFileName().toString(), json));
      }
    }
    assertThat(boards)
        .extracting(Board::file)
        .containsExactly("nginx.json", "sluice-rollout.json", "sluice-service.json");
    return boards;
  }

  List<Panel> panels() {
    var panels = new ArrayList<Panel>();
    json.path("panels").forEach(panel -> panels.add(new Panel(file, panel)));
    return panels;
  }

  List<JsonNode> annotations() {
    var annotations = new ArrayList<JsonNode>();
    json.at("/annotations/list").forEach(annotations::add);
    return annotations;
  }

  /// Of panels and annotations.
  public List<Query> queries() {
    return Stream.concat(
            panels().stream().flatMap(panel -> panel.queries().stream()),
            annotations().stream()
                .map(
                    it ->
                        new Query(
                            file + ": annotation " + it.path("name").asText(),
                            it.path("expr").asText())))
        .toList();
  }
}
