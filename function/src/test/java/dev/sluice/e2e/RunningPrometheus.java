package dev.sluice.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A real Prometheus with the configuration of dashboards/prometheus, but for its targets and its
/// pace: it scrapes and reckons every second.
final class RunningPrometheus implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final String url;

  private RunningPrometheus(Process process, int port) {
    this.process = process;
    this.url = "http://127.0.0.1:" + port;
  }

  /// @param ports on loopback, by job; jobs that are not named have no target
  static RunningPrometheus scraping(Map<String, List<Integer>> ports, Path folder)
      throws IOException {
    Path ours = RunningService.home().resolve("dashboards/prometheus");
    for (String rules : List.of("rules.yml", "alerts.yml")) {
      Files.copy(ours.resolve(rules), folder.resolve(rules));
    }
    var yaml = new YAMLMapper();
    var configuration = (ObjectNode) yaml.readTree(ours.resolve("prometheus.yml").toFile());
    configuration
        .putObject("global")
        .put("scrape_interval", "1s")
        .put("scrape_timeout", "1s")
        .put("evaluation_interval", "1s");
    for (JsonNode job : configuration.path("scrape_configs")) {
      ArrayNode targets =
          ((ObjectNode) job).putArray("static_configs").addObject().putArray("targets");
      ports
          .getOrDefault(job.path("job_name").asText(), List.of())
          .forEach(port -> targets.add("127.0.0.1:" + port));
    }
    Path file = folder.resolve("prometheus.yml");
    yaml.writeValue(file.toFile(), configuration);
    int port = RunningNginx.freePort();
    Path output = folder.resolve("prometheus.txt");
    Process process =
        new ProcessBuilder(
                Installed.word("prometheus"),
                "--config.file=" + file,
                "--storage.tsdb.path=" + folder.resolve("series"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    var prometheus = new RunningPrometheus(process, port);
    Poll.until(
        PATIENCE,
        () -> prometheus.get("/-/ready").statusCode() == 200,
        () -> "Prometheus is not ready, see " + output);
    return prometheus;
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE).build(),
        BodyHandlers.ofString());
  }

  /// The series that an expression has now.
  ///
  /// @throws AssertionError when Prometheus does not answer `success`
  JsonNode query(String expression) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    JsonNode json = JSON.readTree(answer.body());
    if (!json.path("status").asText().equals("success")) {
      throw new AssertionError(expression + ": " + answer.body());
    }
    return json.at("/data/result");
  }

  /// Every rule as it is doing.
  List<JsonNode> rules() throws IOException, InterruptedException {
    JsonNode groups = JSON.readTree(get("/api/v1/rules").body()).at("/data/groups");
    return groups.findValues("rules").stream()
        .flatMap(rules -> Stream.iterate(0, i -> i < rules.size(), i -> i + 1).map(rules::get))
        .toList();
  }

  @Override
  public void close() {
    end(process);
    client.close();
  }

  static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
