package dev.sluice.e2e;

import static dev.sluice.e2e.ProtocolClient.input;
import static dev.sluice.e2e.ProtocolClient.request;
import static dev.sluice.e2e.ProtocolClient.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Open Inference Protocol: extensions")
@ExtendWith(ProtocolService.class)
class ProtocolExtensionsIT {
  private static final byte[] NOTHING = {};

  private final ProtocolClient client;

  ProtocolExtensionsIT(ProtocolClient client) {
    this.client = client;
  }

  @DisplayName("classification: the highest values, as value:index:label")
  @Nested
  class Classification {
    private ProtocolAnswer classes(String model, String input, String output, String classes)
        throws Exception {
      return client.infer(
          model,
          "{\"inputs\":[%s],\"outputs\":[{\"name\":\"%s\",\"parameters\":{\"classification\":%s}}]}"
              .formatted(input, output, classes));
    }

    @Test
    void highestFirstOfEachRowWithLabelsWhereThereAreAny() throws Exception {
      String rows = input("x", "[2,1,2,2]", "FP32", "[0.25,-1,2,0.5,7,7,-0.0000001,1e9]");

      JsonNode output = classes("declared-tensors", rows, "y", "3").output("y");

      assertThat(output.path("datatype").asText()).isEqualTo("BYTES");
      assertThat(output.path("shape")).hasToString("[2,3]");
      assertThat(output.path("data"))
          .hasToString(
              "[\"2.000000:2\",\"0.500000:3\",\"0.250000:0:a\","
                  + "\"1000000000.000000:3\",\"7.000000:0:a\",\"7.000000:1:b\"]");
    }

    @Test
    void asManyAsThereAreAtMost() throws Exception {
      String row = input("x", "[1,1,2,2]", "FP32", "[1,2,3,4]");

      JsonNode output = classes("declared-tensors", row, "y", "1000000").output("y");

      assertThat(output.path("shape")).hasToString("[1,4]");
    }

    @Test
    void overAllValuesWhereThereAreNoRows() throws Exception {
      String table = input("x", "[2,3]", "FP32", "[1,2,3,4,5,6]");

      JsonNode output = classes("no-batch-axis", table, "y", "2").output("y");

      assertThat(output.path("shape")).hasToString("[2]");
      assertThat(output.path("data")).hasToString("[\"6.000000:5\",\"5.000000:3\"]");
    }

    @Test
    void theModelsLabelsAreSaid() throws Exception {
      String text = input("text", "[1]", "BYTES", "[\"See you at seven\"]");

      assertThat(classes("sms", text, "probabilities", "1").output("probabilities").at("/data/0"))
          .asString()
          .matches("\"[01]\\.\\d{6}:0:ham\"");
    }

    @Test
    void inBinaryTooWhereThatIsAskedFor() throws Exception {
      String row = input("x", "[1,1,2,2]", "FP32", "[4,3,2,1]");
      ProtocolAnswer answer =
          client.infer(
              "declared-tensors",
              "{\"inputs\":["
                  + row
                  + "],\"outputs\":[{\"name\":\"y\",\"parameters\":"
                  + "{\"classification\":1,\"binary_data\":true}}]}");

      assertThat(answer.bytes("y")).endsWith(utf8("4.000000:0:a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "\"1\"", "true", "null"})
    void anythingElseThanAPositiveNumberIsRefused(String classes) throws Exception {
      client.refuses(
          "identity-int32",
          "{\"inputs\":[%s],\"outputs\":[{\"name\":\"y\",\"parameters\":{\"classification\":%s}}]}"
              .formatted(input("x", "[1,1]", "INT32", "[7]"), classes),
          "/outputs/0/parameters/classification");
    }
  }

  @DisplayName("statistics: rows, runs and times, with every member that clients read")
  @Nested
  class Statistics {
    @Test
    void rowsAndRunsAreCountedApart() throws Exception {
      JsonNode before = stats("/v2/models/matrix-product/stats");
      client
          .infer(
              "declared-tensors",
              request(input("x", "[3,1,2,2]", "FP32", "[1,2,3,4,5,6,7,8,9,10,11,12]")))
          .has(200);
      JsonNode own = stats("/v2/models/declared-tensors/versions/v1/stats");

      assertThat(own.path("last_inference").asLong()).isPositive();
      assertThat(own.path("inference_count").asLong())
          .isGreaterThanOrEqualTo(own.path("execution_count").asLong() + 2);
      assertThat(own.path("batch_stats"))
          .anySatisfy(size -> assertThat(size.path("batch_size").asInt()).isEqualTo(3));
      assertThat(stats("/v2/models/matrix-product/stats")).isEqualTo(before);
    }

    @Test
    void everyMemberIsThereFromTheStart() throws Exception {
      JsonNode stats = stats("/v2/models/empty-output/stats");

      for (String sum :
          List.of(
              "success",
              "fail",
              "queue",
              "compute_input",
              "compute_infer",
              "compute_output",
              "cache_hit",
              "cache_miss")) {
        assertThat(stats.at("/inference_stats/" + sum)).hasToString("{\"count\":0,\"ns\":0}");
      }
      assertThat(stats.fieldNames())
          .toIterable()
          .contains("name", "version", "last_inference", "inference_count", "execution_count");
    }

    private JsonNode stats(String path) throws Exception {
      return client.get(path).at("/model_stats/0");
    }

    @Test
    void areOfAllModelsOrOneOrOneVersion() throws Exception {
      assertThat(client.get("/v2/models/sms/stats").path("model_stats"))
          .extracting(one -> one.path("version").asText())
          .containsExactly("v1", "v2");
      assertThat(client.get("/v2/models/sms/versions/v2/stats").path("model_stats"))
          .extracting(one -> one.path("version").asText())
          .containsExactly("v2");
      assertThat(client.get("/v2/models/stats").path("model_stats"))
          .extracting(one -> one.path("name").asText())
          .contains("digits", "sms", "scalars");
    }

    @Test
    void whatTheModelRefusesCountsAsItsFailure() throws Exception {
      int before = stats("/v2/models/look-up/stats").at("/inference_stats/fail/count").asInt();

      ProtocolAnswer answer =
          client.infer("look-up", request(input("index", "[1]", "INT64", "[1000000]"))).has(400);

      assertThat(answer.json().path("error").asText()).contains("refuses these values");
      assertThat(answer.field("X-Model-Variant")).contains("v1");
      assertThat(stats("/v2/models/look-up/stats").at("/inference_stats/fail/count").asInt())
          .isEqualTo(before + 1);
    }
  }

  @DisplayName("configuration: what Triton's tools read")
  @Nested
  class Configuration {
    @Test
    void rowsAreTakenOffTheShapesWhereThereIsABatch() throws Exception {
      assertThat(client.get("/v2/models/digits/config"))
          .hasToString(
              "{\"name\":\"digits\",\"platform\":\"onnxruntime_onnx\",\"backend\":\"onnxruntime\","
                  + "\"max_batch_size\":64,"
                  + "\"input\":[{\"name\":\"image\",\"data_type\":\"TYPE_FP32\",\"dims\":[1,8,8]}],"
                  + "\"output\":[{\"name\":\"probabilities\",\"data_type\":\"TYPE_FP32\",\"dims\":[10]}],"
                  + "\"dynamic_batching\":{}}");
      assertThat(client.get("/v2/models/sms/versions/v2/config").at("/input/0"))
          .hasToString("{\"name\":\"text\",\"data_type\":\"TYPE_STRING\",\"dims\":[]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-batch-axis", "scalars", "matrix-product", "empty-output"})
    void aModelWithoutRowsHasNoBatch(String model) throws Exception {
      JsonNode config = client.get("/v2/models/" + model + "/config");

      assertThat(config.path("max_batch_size").asInt()).isZero();
      assertThat(config.has("dynamic_batching")).isFalse();
    }
  }

  @DisplayName("repository: an index for everybody, loading and unloading with the admin token")
  @Nested
  class Repository {
    private static final String[] ADMIN = {"Authorization", "Bearer " + RunningService.ADMIN};

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"ready\":false}", "{\"ready\":true}", "{\"own\":1}"})
    void theIndexHasEveryVersionAndItsState(String body) throws Exception {
      JsonNode index = client.send("POST", "/v2/repository/index", utf8(body)).has(200).json();

      assertThat(index)
          .extracting(JsonNode::toString)
          .contains("{\"name\":\"sms\",\"version\":\"v2\",\"state\":\"READY\",\"reason\":\"\"}");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {"[] | object", "{\"ready\":1} | true or false"})
    void theIndexRefusesWhatIsNoQuestion(String body, String says) throws Exception {
      ProtocolAnswer answer = client.send("POST", "/v2/repository/index", utf8(body)).has(400);

      assertThat(answer.json().path("error").asText()).contains(says);
    }

    @ParameterizedTest
    @ValueSource(strings = {"load", "unload"})
    void nothingMovesWithoutTheToken(String verb) throws Exception {
      String path = "/v2/repository/models/sms/" + verb;

      assertThat(client.send("POST", path, NOTHING).has(401).json().has("error")).isTrue();
    }

    @Test
    void loadingAndUnloadingAnswerWithoutAWord() throws Exception {
      assertThat(client.send("POST", of("sms", "load"), NOTHING, ADMIN).has(200).text()).isEmpty();
      // The version that answers stays.
      client.send("POST", of("scalars", "unload"), NOTHING, ADMIN).has(409);
      client.send("POST", of("nothing", "load"), NOTHING, ADMIN).has(404);
      client.send("POST", of("nothing", "unload"), NOTHING, ADMIN).has(404);
    }

    private static String of(String model, String verb) {
      return "/v2/repository/models/" + model + "/" + verb;
    }
  }
}
