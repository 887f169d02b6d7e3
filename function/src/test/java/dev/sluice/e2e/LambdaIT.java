package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged function under the client of Amazon's runtime: what it does other than the
/// container. That everything else is the same is for [SameAnswersIT].
class LambdaIT {
  @TempDir static Path folder;
  private static Path task;
  private static RunningFunction function;

  @BeforeAll
  static void start() throws Exception {
    task = RunningFunction.unpacked(folder);
    function = RunningFunction.start(folder, task, RunningService.EASY);
  }

  @AfterAll
  static void stop() {
    function.close();
  }

  @Test
  void predicts() throws Exception {
    WireRequest request =
        WireRequest.of(
            "POST", "/predict", "{\"sentence\":\"I love this!\"}".getBytes(StandardCharsets.UTF_8));

    JsonNode answer = function.invoke(request.event(WireRequest.Gateway.HTTP));

    assertThat(answer.path("statusCode").asInt()).as(answer.toString()).isEqualTo(200);
  }
}
