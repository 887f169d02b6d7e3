package dev.sluice.e2e;

import static dev.sluice.e2e.ProtocolClient.LENGTH;
import static dev.sluice.e2e.ProtocolClient.binaryInput;
import static dev.sluice.e2e.ProtocolClient.input;
import static dev.sluice.e2e.ProtocolClient.joined;
import static dev.sluice.e2e.ProtocolClient.request;
import static dev.sluice.e2e.ProtocolClient.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What Triton's own clients and its load generator send, request by request.
@DisplayName("Open Inference Protocol: Triton's clients")
@ExtendWith(ProtocolService.class)
class ProtocolToolsIT {
  private static final byte[] ROWS = new byte[4 * 64 * 4];

  private final ProtocolClient client;

  ProtocolToolsIT(ProtocolClient client) {
    this.client = client;
  }

  /// Metadata, configuration, server, statistics, load, statistics.
  @Test
  void perfAnalyzerMeasuresAModelWithABatch() throws Exception {
    JsonNode metadata = client.get("/v2/models/digits");
    JsonNode config = client.get("/v2/models/digits/config");
    assertThat(config.path("name")).isEqualTo(metadata.path("name"));
    assertThat(config.path("max_batch_size").asInt()).isGreaterThanOrEqualTo(4);
    assertThat(config.at("/input/0/name")).isEqualTo(metadata.at("/inputs/0/name"));
    assertThat(config.at("/output/0/name")).isEqualTo(metadata.at("/outputs/0/name"));
    assertThat(client.get("/v2").path("extensions"))
        .anySatisfy(extension -> assertThat(extension.asText()).isEqualTo("statistics"));
    JsonNode before = client.get("/v2/models/digits/stats").at("/model_stats/0");

    // It takes the first length off every shape, and puts the batch in its place.
    String head =
        "{\"id\":\"1\",\"inputs\":[%s],\"outputs\":[%s]}"
            .formatted(
                binaryInput("image", "[4,1,8,8]", "FP32", ROWS.length),
                "{\"name\":\"probabilities\",\"parameters\":{\"binary_data\":true}}");
    ProtocolAnswer answer =
        client.send(
            "POST",
            "/v2/models/digits/infer",
            joined(utf8(head), ROWS),
            "Content-Type",
            "application/octet-stream",
            LENGTH,
            Integer.toString(head.length()));

    assertThat(answer.bytes("probabilities")).hasSize(4 * 10 * 4);
    assertThat(answer.json().path("id").asText()).isEqualTo("1");
    JsonNode after = client.get("/v2/models/digits/stats").at("/model_stats/0");
    assertThat(grown(before, after, "/inference_count")).isEqualTo(4);
    assertThat(grown(before, after, "/execution_count")).isOne();
    assertThat(grown(before, after, "/inference_stats/success/count")).isOne();
    assertThat(grown(before, after, "/inference_stats/success/ns")).isPositive();
    assertThat(grown(before, after, "/inference_stats/compute_infer/ns")).isPositive();
    assertThat(after.at("/inference_stats/cache_hit/count").isInt()).isTrue();
    assertThat(after.at("/inference_stats/cache_miss/count").isInt()).isTrue();
  }

  private static long grown(JsonNode before, JsonNode after, String pointer) {
    assertThat(after.at(pointer).isNumber()).as(pointer).isTrue();
    return after.at(pointer).asLong() - before.at(pointer).asLong();
  }

  /// Every input binary, no outputs, one parameter, and no content type.
  @Test
  void thePythonClientsUsualRequestIsAnsweredInBinary() throws Exception {
    String head =
        """
        {"inputs":[{"name":"a","shape":[2,2],"datatype":"FP32","parameters":{"binary_data_size":16}},\
        {"name":"b","shape":[2,1],"datatype":"INT64","parameters":{"binary_data_size":16}}],\
        "parameters":{"binary_data_output":true}}""";

    ProtocolAnswer answer = client.infer("two-in-two-out", head, new byte[32]);

    assertThat(answer.bytes("twice_a")).isEqualTo(new byte[16]);
    assertThat(answer.bytes("minus_b")).isEqualTo(new byte[16]);
    assertThat(answer.bytesAfterJson()).isEqualTo(32);
    assertThat(answer.json().path("model_version").asText()).isEqualTo("v1");
  }

  /// With JSON alone too it says how long the JSON is: as long as the body.
  @Test
  void theCppClientSaysTheLengthOfItsJsonAlways() throws Exception {
    String json = request(input("x", "[1,2]", "INT32", "[7,8]"));

    ProtocolAnswer answer =
        client.infer(
            "identity-int32",
            json,
            LENGTH,
            Integer.toString(json.length()),
            "Content-Type",
            "application/json");

    assertThat(answer.output("y").path("data")).hasToString("[7,8]");
    assertThat(answer.field(LENGTH)).isEmpty();
  }
}
