package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The folder that an image of the function holds, as `scripts/package --lambda` lays it out: its
/// start-up cache is used, is not needed, and changes no answer.
class LambdaImageIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path HOME = Path.of(System.getProperty("java.home"));

  @TempDir static Path folder;
  private static Path image;

  @BeforeAll
  static void layOut() throws Exception {
    image = folder.resolve("image");
    Path said = folder.resolve("package.txt");
    var builder =
        new ProcessBuilder("scripts/package", "--lambda", "--out", image.toString())
            .directory(Path.of(System.getProperty("sluice.home")).toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    builder.environment().put("SLUICE_BUILD", "off");
    builder.environment().put("SLUICE_JAVA_HOME", HOME.toString());
    builder.environment().put("JAVA_HOME", HOME.toString());

    assertThat(builder.start().waitFor()).as(Files.readString(said)).isZero();
    assertThat(image.resolve("sluice.aot")).as(Files.readString(said)).isNotEmptyFile();
  }

  private static Map<String, String> settings(String jvm) {
    var settings = new TreeMap<>(RunningService.EASY);
    settings.put("JAVA_HOME", HOME.toString());
    settings.put("JAVA_OPTS", jvm);
    return settings;
  }

  private static ObjectNode prediction(RunningFunction function)
      throws IOException, InterruptedException {
    byte[] digit = ProtocolClient.utf8(Pictures.body(Pictures.digit("digit-7.png")));
    String event =
        WireRequest.of("POST", "/v1/infer", digit, "X-User-Id", "someone")
            .event(WireRequest.Gateway.HTTP);
    JsonNode answer = function.invoke(event);
    assertThat(answer.path("statusCode").asInt()).as(answer.toString()).isEqualTo(200);
    var body = (ObjectNode) JSON.readTree(answer.path("body").asText());
    // Which answer it is: of no two are they the same.
    body.remove("trace_id");
    body.remove("outcome_token");
    return body;
  }

  @Test
  void startsFromItsCacheWithTheSameAnswersAndWithoutItToo() throws Exception {
    ObjectNode cached;
    ObjectNode plain;
    // With AOTMode=on the JVM refuses to start if it cannot use the cache.
    try (var function =
        RunningFunction.startImage(
            folder, image, settings("-XX:AOTMode=on -Xlog:class+load:file=" + loaded()))) {
      cached = prediction(function);
    }
    try (var function = RunningFunction.startImage(folder, image, settings("-XX:AOTMode=off"))) {
      plain = prediction(function);
    }

    assertThat(cached).isEqualTo(plain);
    assertThat(loaded())
        .content()
        .containsPattern("dev\\.sluice\\.config\\.Lambda source: shared objects file")
        .containsPattern("dev\\.sluice\\.aws\\.LambdaShell source: shared objects file");
  }

  private static Path loaded() {
    return folder.resolve("classes.txt");
  }

  @Test
  void aBrokenCacheIsLeftAside() throws Exception {
    Path cache = image.resolve("sluice.aot");
    Path kept = Files.move(cache, folder.resolve("kept"));
    try {
      Files.writeString(cache, "made by another JVM");
      try (var function = RunningFunction.startImage(folder, image, settings(""))) {
        assertThat(prediction(function)).isNotEmpty();
      }
    } finally {
      Files.delete(cache);
      Files.move(kept, cache);
    }
  }
}
