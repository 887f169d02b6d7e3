package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The Open Inference Protocol (v2) as its clients see it.
class ProtocolIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String LENGTH = "Inference-Header-Content-Length";
  private static final String[] IDENTITIES = {
    "bool",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "int8",
    "int16",
    "int32",
    "int64",
    "float16",
    "bfloat16",
    "float",
    "double",
    "string"
  };

  @TempDir static Path folder;
  private static RunningService service;

  @BeforeAll
  static void start() throws Exception {
    Path models = folder.resolve("models");
    for (String type : IDENTITIES) {
      put(models, "identity-" + type, "v1");
    }
    for (String model : new String[] {"two-in-two-out", "scalars", "no-batch-axis", "look-up"}) {
      put(models, model, "v1");
    }
    Files.createDirectories(models.resolve("sms/v1"));
    Files.createDirectories(models.resolve("sms/v2"));
    for (String version : new String[] {"v1", "v2"}) {
      Files.copy(
          RunningService.home().resolve("models/sms/" + version + "/model.onnx"),
          models.resolve("sms/" + version + "/model.onnx"));
    }
    service =
        RunningService.easy(
            folder,
            Map.of("MODELS_DIR", models.toString(), "AB_WEIGHT_A", "1", "AB_WEIGHT_B", "0"));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  private static void put(Path models, String model, String version) throws Exception {
    Path file =
        Files.createDirectories(models.resolve(model).resolve(version)).resolve("model.onnx");
    try (var small = ProtocolIT.class.getResourceAsStream("/models/tensors/" + model + ".onnx")) {
      Files.write(file, small.readAllBytes());
    }
  }

  private static HttpResponse<byte[]> send(
      String method, String path, byte[] body, String... headers) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
            .method(method, BodyPublishers.ofByteArray(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static HttpResponse<byte[]> infer(String model, String json, String... headers)
      throws Exception {
    return send("POST", "/v2/models/" + model + "/infer", utf8(json), headers);
  }

  private static JsonNode get(String path, int status) throws Exception {
    HttpResponse<byte[]> answer = send("GET", path, new byte[0]);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
    return JSON.readTree(answer.body());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static JsonNode inferred(String model, String json, String... headers) throws Exception {
    HttpResponse<byte[]> answer = infer(model, json, headers);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static byte[] joined(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  private static String input(String name, String shape, String datatype, String data) {
    return "{\"name\":\"%s\",\"shape\":%s,\"datatype\":\"%s\",\"data\":%s}"
        .formatted(name, shape, datatype, data);
  }

  private static String nameOf(String model) throws Exception {
    return get("/v2/models/" + model, 200).at("/inputs/0/name").asText();
  }

  @Test
  void theServerSaysWhatItIsWithAndWithoutTheSlash() throws Exception {
    JsonNode server = get("/v2", 200);

    assertThat(server.path("name").asText()).isEqualTo("sluice");
    assertThat(server.path("extensions").toString())
        .contains("binary_tensor_data", "classification", "statistics", "model_repository");
    assertThat(get("/v2/", 200)).isEqualTo(server);
    assertThat(get("/v2/health/live", 200).path("live").asBoolean()).isTrue();
    assertThat(get("/v2/health/ready", 200).path("ready").asBoolean()).isTrue();
  }

  @Test
  void aModelSaysWhatItTakesAndGives() throws Exception {
    JsonNode model = get("/v2/models/digits", 200);

    assertThat(model.toString())
        .isEqualTo(
            "{\"name\":\"digits\",\"versions\":[\"A\",\"B\"],\"platform\":\"onnxruntime_onnx\","
                + "\"inputs\":[{\"name\":\"image\",\"datatype\":\"FP32\",\"shape\":[-1,1,8,8]}],"
                + "\"outputs\":[{\"name\":\"probabilities\",\"datatype\":\"FP32\",\"shape\":[-1,10]}]}");
    assertThat(get("/v2/models/digits/versions/B", 200)).isEqualTo(model);
    assertThat(get("/v2/models/digits/ready", 200).toString())
        .isEqualTo("{\"name\":\"digits\",\"ready\":true}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/models/nothing",
        "/v2/models/nothing/ready",
        "/v2/models/nothing/config",
        "/v2/models/nothing/stats",
        "/v2/models/digits/versions/Z",
        "/v2/models/digits/versions/Z/ready",
        "/v2/models/digits/versions/Z/stats",
        "/v2/models/DIGITS",
        "/v2/nothing"
      })
  void whatIsNotThereIs404WithTheMemberThatClientsRead(String path) throws Exception {
    assertThat(get(path, 404).path("error").asText()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing/infer", "digits/versions/Z/infer"})
  void nothingIsInferredByWhatIsNotThere(String path) throws Exception {
    HttpResponse<byte[]> answer = send("POST", "/v2/models/" + path, utf8("{\"inputs\":[]}"));

    assertThat(answer.statusCode()).isEqualTo(404);
  }

  /// Two values of each type, at the ends of what it holds where JSON can say so.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bool     | BOOL   | [true,false] | 0100",
        "uint8    | UINT8  | [255,0] | ff00",
        "uint16   | UINT16 | [65535,1] | ffff0100",
        "uint32   | UINT32 | [4294967295,1] | ffffffff01000000",
        "uint64   | UINT64 | [18446744073709551615,9007199254740993] | ffffffffffffffff0100000000002000",
        "int8     | INT8   | [-128,127] | 807f",
        "int16    | INT16  | [-32768,32767] | 0080ff7f",
        "int32    | INT32  | [-2147483648,2147483647] | 00000080ffffff7f",
        "int64    | INT64  | [-9223372036854775808,9223372036854775807] | 0000000000000080ffffffffffffff7f",
        "float16  | FP16   | [65504.0,6.0E-8] | ff7b0100",
        "float    | FP32   | [3.4028235E38,1.4E-45] | ffff7f7f01000000",
        "double   | FP64   | [1.7976931348623157E308,4.9E-324] | ffffffffffffef7f0100000000000000"
      })
  void eachTypeGoesThroughBitForBitAsJsonAndAsBytes(
      String model, String datatype, String data, String bytes) throws Exception {
    String name = nameOf("identity-" + model);
    byte[] raw = HexFormat.of().parseHex(bytes);
    String shape = shape(model);

    HttpResponse<byte[]> json =
        infer(
            "identity-" + model, "{\"inputs\":[%s]}".formatted(input(name, shape, datatype, data)));
    assertThat(json.statusCode()).as(text(json)).isEqualTo(200);
    assertThat(JSON.readTree(json.body()).at("/outputs/0/datatype").asText()).isEqualTo(datatype);
    if (datatype.startsWith("FP")) {
      assertThat(binary("identity-" + model, name, shape, datatype, raw)).isEqualTo(raw);
      assertThat(asBytes("identity-" + model, input(name, shape, datatype, data))).isEqualTo(raw);
    } else {
      assertThat(text(json)).contains("\"data\":" + data);
      assertThat(asBytes("identity-" + model, input(name, shape, datatype, data))).isEqualTo(raw);
      assertThat(binary("identity-" + model, name, shape, datatype, raw)).isEqualTo(raw);
    }
  }

  private static String shape(String model) throws Exception {
    JsonNode shape = get("/v2/models/identity-" + model, 200).at("/inputs/0/shape");
    // Of rank 1 or 2; two values in all.
    return shape.size() == 1 ? "[2]" : shape.get(0).asInt() == 2 ? "[2,1]" : "[1,2]";
  }

  /// JSON in, bytes out.
  private static byte[] asBytes(String model, String input) throws Exception {
    HttpResponse<byte[]> answer =
        infer(
            model,
            "{\"inputs\":[%s],\"parameters\":{\"binary_data_output\":true}}".formatted(input));
    return tail(answer);
  }

  /// Bytes in, bytes out.
  private static byte[] binary(String model, String name, String shape, String datatype, byte[] raw)
      throws Exception {
    byte[] head = head(name, shape, datatype, raw.length);
    return tail(
        send(
            "POST",
            "/v2/models/" + model + "/infer",
            joined(head, raw),
            LENGTH,
            Integer.toString(head.length)));
  }

  private static byte[] head(String name, String shape, String datatype, int size) {
    return utf8(
        """
        {"inputs":[{"name":"%s","shape":%s,"datatype":"%s","parameters":{"binary_data_size":%d}}],
         "parameters":{"binary_data_output":true}}"""
            .formatted(name, shape, datatype, size));
  }

  private static byte[] tail(HttpResponse<byte[]> answer) throws Exception {
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/octet-stream");
    int json = Integer.parseInt(answer.headers().firstValue(LENGTH).orElseThrow());
    JsonNode output = JSON.readTree(answer.body(), 0, json).at("/outputs/0");
    byte[] rest = Arrays.copyOfRange(answer.body(), json, answer.body().length);
    assertThat(output.at("/parameters/binary_data_size").asInt()).isEqualTo(rest.length);
    assertThat(output.has("data")).isFalse();
    return rest;
  }

  @Test
  void bfloat16HasABinaryFormOnly() throws Exception {
    String name = nameOf("identity-bfloat16");
    String shape = shape("bfloat16");
    byte[] raw = HexFormat.of().parseHex("803f7f7f");

    assertThat(binary("identity-bfloat16", name, shape, "BF16", raw)).isEqualTo(raw);
    assertThat(
            infer(
                    "identity-bfloat16",
                    "{\"inputs\":[%s]}".formatted(input(name, shape, "BF16", "[1,2]")))
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void textsGoThroughAsJsonAndAsBytes() throws Exception {
    String name = nameOf("identity-string");
    String shape = shape("string");
    var bytes = new ByteArrayOutputStream();
    for (String each : new String[] {"Où? 日本 🙂", ""}) {
      byte[] utf8 = utf8(each);
      bytes.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(utf8.length).array());
      bytes.writeBytes(utf8);
    }

    JsonNode answer =
        inferred(
            "identity-string",
            "{\"inputs\":[%s]}".formatted(input(name, shape, "BYTES", "[\"Où? 日本 🙂\",\"\"]")));

    assertThat(answer.at("/outputs/0/data/0").asText()).isEqualTo("Où? 日本 🙂");
    assertThat(binary("identity-string", name, shape, "BYTES", bytes.toByteArray()))
        .isEqualTo(bytes.toByteArray());
  }

  @Test
  void valuesThatJsonLacksAreWrittenAsStrings() throws Exception {
    String name = nameOf("identity-float");
    String data = "[\"NaN\",\"-Infinity\"]";

    JsonNode answer =
        inferred(
            "identity-float",
            "{\"inputs\":[%s]}".formatted(input(name, shape("float"), "FP32", data)));

    assertThat(answer.at("/outputs/0/data").toString()).isEqualTo(data);
    HttpResponse<byte[]> bare =
        infer(
            "identity-float",
            "{\"inputs\":[%s]}".formatted(input(name, shape("float"), "FP32", "[NaN,null]")));
    assertThat(bare.statusCode()).isEqualTo(400);
    assertThat(text(bare)).contains("Infinity");
  }

  @Test
  void theIdComesBackAndUnknownMembersAreIgnored() throws Exception {
    JsonNode answer =
        inferred(
            "sms",
            "{\"id\":\"ünique\",\"model_name\":\"x\",\"parameters\":{\"priority\":1},\"inputs\":[%s]}"
                .formatted(input("text", "[2]", "BYTES", "[\"hi\",\"WIN money now\"]")));

    assertThat(answer.path("id").asText()).isEqualTo("ünique");
    assertThat(answer.path("model_name").asText()).isEqualTo("sms");
    assertThat(answer.path("model_version").asText()).isEqualTo("v1");
    assertThat(answer.at("/outputs/0/shape").toString()).isEqualTo("[2,2]");
  }

  @Test
  void theRouterChoosesUnlessThePathNamesAVersion() throws Exception {
    String body = "{\"inputs\":[%s]}".formatted(input("text", "[1]", "BYTES", "[\"hi\"]"));
    double before = requests("v2");

    HttpResponse<byte[]> routed = infer("sms", body);
    HttpResponse<byte[]> pinned = send("POST", "/v2/models/sms/versions/v2/infer", utf8(body));

    assertThat(routed.headers().firstValue("X-Model-Variant")).contains("v1");
    assertThat(routed.headers().firstValue("Outcome-Token")).isPresent();
    assertThat(pinned.headers().firstValue("X-Model-Variant")).contains("v2");
    assertThat(JSON.readTree(pinned.body()).path("model_version").asText()).isEqualTo("v2");
    assertThat(requests("v2")).isEqualTo(before + 1);
    assertThat(service.get("/metrics").body())
        .containsPattern(
            "sluice_assignments_total\\{model=\"sms\",source=\"header\",version=\"v2\"\\} 1");
  }

  private static double requests(String version) throws Exception {
    JsonNode stats = get("/v2/models/sms/versions/" + version + "/stats", 200);
    return stats.at("/model_stats/0/inference_count").asDouble();
  }

  @Test
  void classesAreRankedWithTheirLabels() throws Exception {
    JsonNode answer =
        inferred(
            "sms",
            """
            {"inputs":[%s],"outputs":[{"name":"probabilities","parameters":{"classification":1}}]}"""
                .formatted(input("text", "[1]", "BYTES", "[\"See you at seven\"]")));

    assertThat(answer.at("/outputs/0/datatype").asText()).isEqualTo("BYTES");
    assertThat(answer.at("/outputs/0/shape").toString()).isEqualTo("[1,1]");
    assertThat(answer.at("/outputs/0/data/0").asText()).matches("[01]\\.\\d{6}:0:ham");
  }

  private interface Compression {
    OutputStream of(OutputStream plain) throws Exception;
  }

  private static byte[] compressed(byte[] plain, Compression compression) throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (OutputStream out = compression.of(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  @Test
  void compressedBodiesAreTakenAndTheirLengthsAreThoseOfThePlainOnes() throws Exception {
    String name = nameOf("identity-uint8");
    byte[] head = head(name, shape("uint8"), "UINT8", 2);
    byte[] plain = joined(head, new byte[] {7, 9});
    String length = Integer.toString(head.length);
    String path = "/v2/models/identity-uint8/infer";

    HttpResponse<byte[]> gzip =
        send(
            "POST",
            path,
            compressed(plain, GZIPOutputStream::new),
            "Content-Encoding",
            "gzip",
            LENGTH,
            length);
    HttpResponse<byte[]> deflate =
        send(
            "POST",
            path,
            compressed(plain, DeflaterOutputStream::new),
            "Content-Encoding",
            "deflate",
            LENGTH,
            length);

    assertThat(tail(gzip)).containsExactly(7, 9);
    assertThat(tail(deflate)).containsExactly(7, 9);
    assertThat(send("POST", path, plain, "Content-Encoding", "br").statusCode()).isEqualTo(415);
    assertThat(send("POST", path, plain, "Content-Encoding", "gzip").statusCode()).isEqualTo(400);
  }

  @Test
  void aSmallBodyThatBecomesALargeOneIsStopped() throws Exception {
    byte[] bomb = compressed(new byte[64 << 20], GZIPOutputStream::new);

    HttpResponse<byte[]> answer =
        send(
            "POST",
            "/v2/models/identity-uint8/infer",
            bomb,
            "Content-Encoding",
            "gzip",
            LENGTH,
            "0");

    assertThat(answer.statusCode()).as(text(answer)).isIn(413, 503);
    assertThat(get("/v2/health/ready", 200).path("ready").asBoolean()).isTrue();
  }

  @Test
  void aBodyThatIsTheTensorAloneIsAnsweredInKind() throws Exception {
    byte[] raw = new byte[256];
    HttpResponse<byte[]> answer = send("POST", "/v2/models/digits/infer", raw, LENGTH, "0");

    assertThat(tail(answer)).hasSize(40);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|object",
        "[]|object",
        "{\"inputs\":[]}|\"text\"",
        "{\"inputs\":[{\"name\":\"text\",\"shape\":[2],\"datatype\":\"BYTES\",\"data\":[\"a\"]}]}|2",
        "{\"inputs\":[{\"name\":\"text\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}|BYTES",
        "{\"inputs\":[{\"name\":\"txet\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"a\"]}]}|txet",
        "{\"inputs\":[{\"name\":\"text\",\"shape\":[1,1],\"datatype\":\"BYTES\",\"data\":[\"a\"]}]}|shape",
        "{\"inputs\":[{\"name\":\"text\",\"shape\":[-1],\"datatype\":\"BYTES\",\"data\":[\"a\"]}]}|shape",
        "{\"inputs\":[{\"name\":\"text\",\"shape\":[9223372036854775807],\"datatype\":\"BYTES\",\"data\":[\"a\"]}]}|text",
        "{\"inputs\":[{\"name\":\"text\",\"name\":\"text\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"a\"]}]}|name",
        "{\"id\":7,\"inputs\":[{\"name\":\"text\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"a\"]}]}|id",
        "{\"inputs\":[{\"name\":\"text\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"a\"]}],\"outputs\":[{\"name\":\"no\"}]}|no"
      })
  void whatDoesNotFitIs400WithAMessageAndCountsAgainstNobody(String body, String says)
      throws Exception {
    double before = requests("v1");

    HttpResponse<byte[]> answer = infer("sms", body);

    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(400);
    assertThat(JSON.readTree(answer.body()).path("error").asText()).contains(says);
    assertThat(requests("v1")).isEqualTo(before);
  }

  @Test
  void whatTheModelRefusesCountsAgainstIt() throws Exception {
    JsonNode model = get("/v2/models/look-up", 200);
    String input =
        input(
            model.at("/inputs/0/name").asText(),
            model.at("/inputs/0/shape").isEmpty() ? "[]" : "[1]",
            model.at("/inputs/0/datatype").asText(),
            "[1000000]");

    HttpResponse<byte[]> answer = infer("look-up", "{\"inputs\":[%s]}".formatted(input));

    assertThat(answer.statusCode()).as(text(answer)).isIn(400, 500);
    assertThat(
            get("/v2/models/look-up/stats", 200)
                .at("/model_stats/0/inference_stats/fail/count")
                .asInt())
        .isOne();
  }

  @Test
  void aTimeoutInMicrosecondsIsADeadline() throws Exception {
    HttpResponse<byte[]> answer =
        infer(
            "sms",
            "{\"parameters\":{\"timeout\":1},\"inputs\":[%s]}"
                .formatted(input("text", "[1]", "BYTES", "[\"hi\"]")));

    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(504);
  }

  @Test
  void theConfigurationIsWhatToolsOfTritonRead() throws Exception {
    assertThat(get("/v2/models/sms/config", 200).toString())
        .contains("\"max_batch_size\":64", "\"data_type\":\"TYPE_STRING\",\"dims\":[]");
    assertThat(get("/v2/models/no-batch-axis/config", 200).path("max_batch_size").asInt()).isZero();
  }

  @Test
  void theIndexListsEveryVersionAndItsState() throws Exception {
    HttpResponse<byte[]> index = send("POST", "/v2/repository/index", new byte[0]);

    assertThat(text(index))
        .contains("{\"name\":\"sms\",\"version\":\"v2\",\"state\":\"READY\",\"reason\":\"\"}");
  }

  @Test
  void modelsComeAndGoWithTheAdminTokenOnly() throws Exception {
    String admin = "Bearer " + RunningService.ADMIN;
    assertThat(send("POST", "/v2/repository/models/sms/unload", new byte[0]).statusCode())
        .isEqualTo(401);
    HttpResponse<byte[]> stays =
        send("POST", "/v2/repository/models/sms/unload", new byte[0], "Authorization", admin);
    HttpResponse<byte[]> again =
        send("POST", "/v2/repository/models/sms/load", new byte[0], "Authorization", admin);

    assertThat(stays.statusCode()).as(text(stays)).isEqualTo(409);
    assertThat(again.statusCode()).as(text(again)).isEqualTo(200);
    assertThat(
            send("POST", "/v2/repository/models/no/load", new byte[0], "Authorization", admin)
                .statusCode())
        .isEqualTo(404);
  }
}
