package dev.sluice.e2e;

import static dev.sluice.e2e.ProtocolClient.input;
import static dev.sluice.e2e.ProtocolClient.request;
import static dev.sluice.e2e.ProtocolClient.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Open Inference Protocol: endpoints")
@ExtendWith(ProtocolService.class)
class ProtocolEndpointsIT {
  private static final byte[] NOTHING = {};

  private final ProtocolClient client;

  ProtocolEndpointsIT(ProtocolClient client) {
    this.client = client;
  }

  @DisplayName("the server says what it is, that it lives and that it is ready")
  @Nested
  class Server {
    @Test
    void itHasANameAVersionAndTheExtensionsThatItKeepsTo() throws Exception {
      JsonNode server = client.get("/v2");

      assertThat(server.fieldNames())
          .toIterable()
          .containsExactlyInAnyOrder("name", "version", "extensions");
      assertThat(server.path("name").asText()).isEqualTo("sluice");
      assertThat(server.path("version").asText()).isNotEmpty();
      assertThat(server.path("extensions"))
          .extracting(JsonNode::asText)
          .containsExactlyInAnyOrder(
              "binary_tensor_data",
              "classification",
              "statistics",
              "model_repository",
              "model_configuration",
              "schedule_policy",
              "parameters");
    }

    @Test
    void itAnswersWithTheSlashToo() throws Exception {
      assertThat(client.get("/v2/")).isEqualTo(client.get("/v2"));
    }

    @Test
    void itIsLiveAndReady() throws Exception {
      assertThat(client.get("/v2/health/live")).hasToString("{\"live\":true}");
      assertThat(client.get("/v2/health/ready")).hasToString("{\"ready\":true}");
    }
  }

  @DisplayName("a model says what it takes and gives, and whether it can infer")
  @Nested
  class Metadata {
    @Test
    void namesVersionsPlatformInputsAndOutputsWithMinusOneForAFreeAxis() throws Exception {
      JsonNode model = client.get("/v2/models/digits");

      assertThat(model)
          .hasToString(
              "{\"name\":\"digits\",\"versions\":[\"A\",\"B\"],\"platform\":\"onnxruntime_onnx\","
                  + "\"inputs\":[{\"name\":\"image\",\"datatype\":\"FP32\",\"shape\":[-1,1,8,8]}],"
                  + "\"outputs\":[{\"name\":\"probabilities\",\"datatype\":\"FP32\",\"shape\":[-1,10]}]}");
      assertThat(client.get("/v2/models/digits/versions/B")).isEqualTo(model);
    }

    @Test
    void everyDatatypeHasItsNameAndAScalarAnEmptyShape() throws Exception {
      JsonNode inputs = client.get("/v2/models/scalars").path("inputs");

      assertThat(inputs)
          .extracting(port -> port.path("datatype").asText())
          .containsExactlyInAnyOrder(
              "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64",
              "FP16", "BF16", "FP32", "FP64", "BYTES");
      assertThat(inputs).allSatisfy(port -> assertThat(port.path("shape")).hasToString("[]"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"digits/ready", "digits/versions/B/ready"})
    void aModelThatCanInferIsReady(String path) throws Exception {
      assertThat(client.get("/v2/models/" + path))
          .hasToString("{\"name\":\"digits\",\"ready\":true}");
    }
  }

  @DisplayName("what is not there is 404, what is asked wrongly is 405")
  @Nested
  class Misses {
    @ParameterizedTest
    @CsvSource({
      "GET, /v2/nothing",
      "GET, /v2/models",
      "GET, /v2/models/nothing",
      "GET, /v2/models/nothing/ready",
      "GET, /v2/models/nothing/config",
      "GET, /v2/models/nothing/stats",
      "POST, /v2/models/nothing/infer",
      "GET, /v2/models/digits/versions/Z",
      "GET, /v2/models/digits/versions/Z/ready",
      "GET, /v2/models/digits/versions/Z/config",
      "GET, /v2/models/digits/versions/Z/stats",
      "POST, /v2/models/digits/versions/Z/infer"
    })
    void whatIsNotThereIsNotFound(String method, String path) throws Exception {
      refused(RawConnection.request(method, path, NOTHING), 404);
    }

    @ParameterizedTest
    @CsvSource({
      "POST, /v2, 'GET, HEAD, OPTIONS'",
      "POST, /v2/models/digits, 'GET, HEAD, OPTIONS'",
      "PUT, /v2/models/digits/versions/A/ready, 'GET, HEAD, OPTIONS'",
      "GET, /v2/models/digits/infer, 'POST, OPTIONS'",
      "GET, /v2/repository/index, 'POST, OPTIONS'"
    })
    void anotherMethodIsToldThoseThereAre(String method, String path, String allowed)
        throws Exception {
      RawConnection.Answer answer = refused(RawConnection.request(method, path, NOTHING), 405);

      assertThat(answer.field("Allow")).contains(allowed);
    }

    private RawConnection.Answer refused(byte[] request, int status) throws IOException {
      try (RawConnection connection = client.service().connect()) {
        RawConnection.Answer answer = connection.exchange(request);
        ProtocolClient.mustBeRefusal(answer, status);
        return answer;
      }
    }

    @Test
    void whatCanBeGotHasAHead() throws Exception {
      for (String path : List.of("", "/health/ready", "/models/digits", "/models/stats")) {
        ProtocolAnswer head = client.send("HEAD", "/v2" + path, NOTHING).has(200);
        assertThat(head.response().body()).isEmpty();
      }
    }
  }

  @DisplayName("the router chooses, unless the path names a version")
  @Nested
  class Choice {
    private static final String BODY = request(input("text", "[1]", "BYTES", "[\"hi\"]"));

    @Test
    void withoutAVersionTheRequestIsRoutedAndCountsAsAnExposure() throws Exception {
      double before = assigned("v1", "routed");

      ProtocolAnswer answer = client.infer("sms", BODY).has(200);

      assertThat(answer.json().path("model_version").asText()).isEqualTo("v1");
      assertThat(answer.field("X-Model-Variant")).contains("v1");
      assertThat(answer.field("Outcome-Token")).isPresent();
      assertThat(assigned("v1", "routed")).isEqualTo(before + 1);
    }

    @Test
    void withAVersionThatOneRunsAndNothingIsRouted() throws Exception {
      double routed = assigned("v1", "routed") + assigned("v2", "routed");
      double named = assigned("v2", "named");

      ProtocolAnswer answer = pinned("v2").has(200);

      assertThat(answer.json().path("model_version").asText()).isEqualTo("v2");
      assertThat(answer.field("X-Model-Variant")).contains("v2");
      assertThat(assigned("v2", "named")).isEqualTo(named + 1);
      assertThat(assigned("v1", "routed") + assigned("v2", "routed")).isEqualTo(routed);
    }

    private ProtocolAnswer pinned(String version) throws Exception {
      return client.send("POST", "/v2/models/sms/versions/" + version + "/infer", utf8(BODY));
    }

    /// Why requests went to a version: named by the caller, or routed for any reason.
    private double assigned(String version, String how) throws Exception {
      String named = "source=\"header\"";
      return client
          .service()
          .get("/metrics")
          .body()
          .lines()
          .filter(line -> line.startsWith("sluice_assignments_total{model=\"sms\""))
          .filter(line -> line.contains("version=\"" + version + "\""))
          .filter(line -> line.contains(named) == how.equals("named"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf("} ") + 2)))
          .sum();
    }
  }
}
