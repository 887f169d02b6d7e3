package dev.sluice.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// A function in a process of its own, under the client of Lambda's runtime.
record Invoked(Process process, RuntimeApi api) implements AutoCloseable {
  /// Returns at once: the function comes up while its first event waits.
  static Invoked start(Place place, Form form) throws IOException {
    RuntimeApi api = RuntimeApi.start(0);
    var builder = new ProcessBuilder(form.command()).directory(form.folder().toFile());
    Map<String, String> variables = builder.environment();
    variables.clear();
    variables.putAll(
        Map.of(
            "PATH", "/usr/bin:/bin",
            "AWS_LAMBDA_RUNTIME_API", api.address(),
            "AWS_LAMBDA_FUNCTION_NAME", "sluice",
            "AWS_LAMBDA_FUNCTION_VERSION", "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769",
            "RATE_LIMIT_RPS", "0",
            "ORT_DISABLE_TELEMETRY", "1",
            "DATA_DIR", place.scratch().resolve("data-lambda").toString(),
            "TMPDIR", place.scratch().toString()));
    variables.putAll(form.environment());
    builder
        .redirectErrorStream(true)
        .redirectOutput(place.scratch().resolve("log-lambda").toFile());
    return new Invoked(builder.start(), api);
  }

  /// Waits for the answer to an event.
  ///
  /// @throws IOException when it is another than 200
  void ask(byte[] event) throws IOException, InterruptedException {
    String answer = new String(api.ask(event), StandardCharsets.UTF_8);
    if (!answer.startsWith("{\"statusCode\":200,")) {
      throw new IOException("the function answers " + answer);
    }
  }

  Usage usage() {
    return new Usage(process.pid());
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    api.close();
  }
}
