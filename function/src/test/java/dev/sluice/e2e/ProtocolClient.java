package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.e2e.RawConnection.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A client of the Open Inference Protocol, and a strict one: what it sends to be refused has to be
/// refused in full form, without harm to the connection, and held against no version.
final class ProtocolClient {
  static final String LENGTH = "Inference-Header-Content-Length";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  // What is counted of a version once it was chosen.
  private static final Pattern COUNTED =
      Pattern.compile(
          "(app_predictions_total|app_prediction_latency_seconds_count|sluice_assignments_total"
              + "|sluice_inference_duration_seconds_count|sluice_batch_size_count)\\{.*");

  private final RunningService service;

  ProtocolClient(RunningService service) {
    this.service = service;
  }

  RunningService service() {
    return service;
  }

  ProtocolAnswer send(String method, String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
            .method(method, BodyPublishers.ofByteArray(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return new ProtocolAnswer(CLIENT.send(request.build(), BodyHandlers.ofByteArray()));
  }

  /// JSON that has to be there.
  JsonNode get(String path) throws IOException, InterruptedException {
    return send("GET", path, new byte[0]).has(200).json();
  }

  ProtocolAnswer infer(String model, String json, String... headers)
      throws IOException, InterruptedException {
    return send("POST", inferenceOf(model), utf8(json), headers);
  }

  /// JSON and what follows it.
  ProtocolAnswer infer(String model, String json, byte[] tensors)
      throws IOException, InterruptedException {
    byte[] head = utf8(json);
    return send(
        "POST", inferenceOf(model), joined(head, tensors), LENGTH, Integer.toString(head.length));
  }

  /// Says 400 to this JSON, and all of `says`.
  void refuses(String model, String json, String... says) throws IOException, InterruptedException {
    refuses(400, model, utf8(json), List.of(), says);
  }

  /// Says 400 to this JSON with these bytes after it, and all of `says`.
  void refuses(String model, String json, byte[] tensors, String... says)
      throws IOException, InterruptedException {
    byte[] head = utf8(json);
    List<String> fields = List.of(LENGTH + ": " + head.length);
    refuses(400, model, joined(head, tensors), fields, says);
  }

  /// @param fields lines of the head
  void refuses(int status, String model, byte[] body, List<String> fields, String... says)
      throws IOException, InterruptedException {
    String before = counted(model);
    try (RawConnection connection = service.connect()) {
      String path = inferenceOf(model);
      Answer answer =
          connection.exchange(
              RawConnection.request("POST", path, body, fields.toArray(String[]::new)));

      mustBeRefusal(answer, status, says);
      byte[] next = RawConnection.request("GET", "/v2/health/live", new byte[0]);
      assertThat(connection.exchange(next).status()).as("the next on it").isEqualTo(200);
    }
    assertThat(counted(model)).as("counted of " + model).isEqualTo(before);
  }

  /// Checks that an answer refuses as all do: for people, for clients of the protocol, and without
  /// a word from inside.
  static void mustBeRefusal(Answer answer, int status, String... says) throws IOException {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.field("Content-Type")).contains("application/problem+json");
    JsonNode problem = JSON.readTree(answer.body());
    assertThat(problem.path("error").isTextual()).as(answer.body()).isTrue();
    for (String word : says) {
      assertThat(problem.path("error").asText()).contains(word);
    }
    assertThat(problem.path("detail")).isEqualTo(problem.path("error"));
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("type").asText()).startsWith("urn:sluice:problem:");
    assertThat(answer.field("X-Model-Variant")).isEmpty();
    assertThat(answer.field("Outcome-Token")).isEmpty();
    Leak.none(answer);
  }

  /// What was counted of a model's versions so far.
  String counted(String model) throws IOException, InterruptedException {
    String metrics =
        service
            .get("/metrics")
            .body()
            .lines()
            .filter(line -> COUNTED.matcher(line).matches())
            .filter(line -> line.contains("model=\"" + model + "\""))
            .sorted()
            .collect(Collectors.joining("\n"));
    return metrics + "\n" + get("/v2/models/" + model + "/stats");
  }

  private static String inferenceOf(String model) {
    return "/v2/models/" + model + "/infer";
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] joined(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  /// A request with these inputs and nothing else.
  static String request(String... inputs) {
    return "{\"inputs\":[" + String.join(",", inputs) + "]}";
  }

  /// The same, which wants every output in binary.
  static String wantsBytes(String... inputs) {
    return "{\"parameters\":{\"binary_data_output\":true},\"inputs\":["
        + String.join(",", inputs)
        + "]}";
  }

  static String input(String name, String shape, String datatype, String data) {
    return "{\"name\":\"%s\",\"shape\":%s,\"datatype\":\"%s\",\"data\":%s}"
        .formatted(name, shape, datatype, data);
  }

  static String binaryInput(String name, String shape, String datatype, long bytes) {
    return "{\"name\":\"%s\",\"shape\":%s,\"datatype\":\"%s\",\"parameters\":{\"binary_data_size\":%d}}"
        .formatted(name, shape, datatype, bytes);
  }
}
