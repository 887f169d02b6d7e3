package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// The unpacked `sluice-lambda.zip` as a function, run by the client of Amazon's Lambda runtime in
/// a process of its own.
public final class RunningFunction implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String HANDLER = "dev.sluice.config.Lambda";
  private static final List<String> CLIENT =
      List.of(
          "aws-lambda-java-runtime-interface-client",
          "aws-lambda-java-core",
          "aws-lambda-java-serialization",
          "utils-lite",
          "annotations-2");

  private final Process process;
  private final LocalRuntimeApi api;
  private final Path output;

  private RunningFunction(Process process, LocalRuntimeApi api, Path output) {
    this.process = process;
    this.api = api;
    this.output = output;
  }

  /// Unpacks the package; once for all functions of a test.
  public static Path unpacked(Path folder) throws IOException {
    Path task = folder.resolve("task");
    try (var zip = new ZipFile(System.getProperty("sluice.zip"))) {
      for (ZipEntry entry : zip.stream().toList()) {
        Path to = task.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(to);
        } else {
          Files.createDirectories(to.getParent());
          try (InputStream from = zip.getInputStream(entry)) {
            Files.copy(from, to);
          }
        }
      }
    }
    return task;
  }

  /// Returns when the function asks for its first event.
  static RunningFunction start(
      Path folder, Path task, Map<String, String> environment, String... jvm)
      throws IOException, InterruptedException {
    return ready(launch(folder, task, HANDLER, environment, jvm));
  }

  /// The same of a handler that calls the package's from within.
  ///
  /// @param around of the tests' own, whose class is put into the unpacked package
  public static RunningFunction start(
      Path folder, Path task, Class<?> around, Map<String, String> environment)
      throws IOException, InterruptedException {
    String file = around.getName().replace('.', '/') + ".class";
    Path to = task.resolve(file);
    if (Files.notExists(to)) {
      try (InputStream code = around.getClassLoader().getResourceAsStream(file)) {
        Files.createDirectories(to.getParent());
        Files.copy(Objects.requireNonNull(code), to);
      }
    }
    return ready(launch(folder, task, around.getName(), environment));
  }

  /// The folder of an image in the place of the zip, by its own start script; settings are in the
  /// environment. Returns when the function asks for its first event.
  static RunningFunction startImage(Path folder, Path image, Map<String, String> environment)
      throws IOException, InterruptedException {
    return ready(
        run(folder, image, List.of(image.resolve("bin/function").toString()), environment));
  }

  private static RunningFunction ready(RunningFunction function) throws InterruptedException {
    try {
      function.awaitReady();
      return function;
    } catch (AssertionError failed) {
      function.close();
      throw failed;
    }
  }

  /// What a function reports that cannot start.
  static String failing(Path folder, Path task, Map<String, String> environment)
      throws IOException, InterruptedException {
    try (RunningFunction function = launch(folder, task, HANDLER, environment)) {
      return get(function.api.brokenStart(), function);
    }
  }

  private static RunningFunction launch(
      Path folder, Path task, String handler, Map<String, String> environment, String... jvm)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m", "--enable-native-access=ALL-UNNAMED"));
    command.add("-Djava.io.tmpdir=" + folder);
    command.add("-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac");
    command.addAll(Arrays.asList(jvm));
    command.addAll(
        List.of(
            "-cp",
            client(),
            "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
            handler));
    return run(folder, task, command, environment);
  }

  private static RunningFunction run(
      Path folder, Path task, List<String> command, Map<String, String> environment)
      throws IOException {
    LocalRuntimeApi api = LocalRuntimeApi.start();
    Path output = Files.createTempFile(folder, "function", ".txt");
    var builder = new ProcessBuilder(command).directory(task.toFile());
    Map<String, String> variables = builder.environment();
    variables.clear();
    variables.putAll(
        Map.of(
            "PATH", "/usr/bin:/bin",
            "AWS_LAMBDA_RUNTIME_API", api.address(),
            "AWS_LAMBDA_FUNCTION_NAME", "sluice",
            "AWS_LAMBDA_FUNCTION_VERSION", "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769",
            "LAMBDA_TASK_ROOT", task.toString(),
            "ORT_DISABLE_TELEMETRY", "1",
            "DATA_DIR", Files.createTempDirectory(folder, "data").toString()));
    variables.putAll(environment);
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    return new RunningFunction(process, api, output);
  }

  /// The client's jars, as they lie on this machine; in Lambda they are part of the runtime.
  private static String client() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(jar -> CLIENT.stream().anyMatch(Path.of(jar).getFileName().toString()::startsWith))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private void awaitReady() throws InterruptedException {
    CompletableFuture<Object> first =
        CompletableFuture.anyOf(api.ready(), api.brokenStart(), process.onExit());
    get(first, this);
    assertThat(api.ready().isDone()).as("ready: %s", output()).isTrue();
  }

  private static <T> T get(CompletableFuture<T> future, RunningFunction function)
      throws InterruptedException {
    try {
      return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException late) {
      throw new AssertionError("no word of the function: " + function.output(), late);
    }
  }

  /// The answer to an event.
  public JsonNode invoke(String event) throws IOException, InterruptedException {
    return switch (outcome(event)) {
      case LocalRuntimeApi.Outcome.Answered(byte[] answer) -> JSON.readTree(answer);
      case LocalRuntimeApi.Outcome.Failed(String error) ->
          throw new AssertionError("failed: " + error + output());
    };
  }

  /// The report on an event that has none.
  String fails(String event) throws InterruptedException {
    return switch (outcome(event)) {
      case LocalRuntimeApi.Outcome.Answered(byte[] answer) ->
          throw new AssertionError("answered: " + new String(answer, StandardCharsets.UTF_8));
      case LocalRuntimeApi.Outcome.Failed(String error) -> error;
    };
  }

  private LocalRuntimeApi.Outcome outcome(String event) throws InterruptedException {
    return get(api.invoke(event.getBytes(StandardCharsets.UTF_8)), this);
  }

  long pid() {
    return process.pid();
  }

  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    api.close();
  }
}
