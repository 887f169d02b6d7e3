package dev.sluice.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.api.Examined;
import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Tries model files in processes of their own, which have little memory and little time.
///
/// A model can ask for gigabytes, never end, or crash the runtime, and all of that happens in
/// native code, where no exception is thrown. In another process it is one more reason to refuse
/// the file. That process has a heap of its own bound, an address space of `memoryMegabytes` where
/// the system can bound it, an empty environment, and a temporary folder that is removed with it.
///
/// @param memoryMegabytes of address space, the JVM's own among them
record Confinement(int memoryMegabytes, Duration patience) {
  static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LONGEST_ANSWER = 1 << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// Blocks until the process has ended.
  Examined examine(Path file, Optional<Path> like) {
    try {
      Path scratch = Files.createTempDirectory("sluice-examination");
      try {
        return examined(command(file, like, scratch), scratch);
      } finally {
        remove(scratch);
      }
    } catch (IOException broken) {
      return Examined.refused(
          "the process that would try it did not start: " + broken.getMessage());
    }
  }

  private Examined examined(List<String> command, Path scratch) throws IOException {
    Path answer = scratch.resolve("answer");
    var builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    builder.environment().put("MALLOC_ARENA_MAX", "1");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD).redirectOutput(answer.toFile());
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        return Examined.refused("it took longer than " + patience.toSeconds() + " s to try it");
      }
      return read(answer, process.exitValue());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Examined.refused("this instance is shutting down");
    } finally {
      process.destroyForcibly();
    }
  }

  private List<String> command(Path file, Optional<Path> like, Path scratch) {
    var command = new ArrayList<String>();
    if (canBound()) {
      // The shell becomes the program. Where a bound cannot be set, the other limits stay.
      command.addAll(
          List.of(
              "/bin/sh",
              "-c",
              "ulimit -v \"$1\" 2>/dev/null; ulimit -c 0; shift; exec \"$@\"",
              "sh",
              Long.toString(memoryMegabytes * 1024L)));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:CompressedClassSpaceSize=64m",
            "-XX:ReservedCodeCacheSize=32m",
            "-XX:MaxDirectMemorySize=" + memoryMegabytes + "m",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=/dev/null",
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.awt.headless=true",
            "-Djava.io.tmpdir=" + scratch));
    Optional.ofNullable(System.getProperty("onnxruntime.native.path"))
        .ifPresent(path -> command.add("-Donnxruntime.native.path=" + path));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Validate.class.getName(),
            Validate.INSIDE,
            file.toAbsolutePath().toString()));
    like.ifPresent(other -> command.addAll(List.of("--like", other.toAbsolutePath().toString())));
    return command;
  }

  private static boolean canBound() {
    return System.getProperty("os.name").equals("Linux") && Files.isExecutable(Path.of("/bin/sh"));
  }

  /// Its last line is the answer; a process that was ended has none.
  private static Examined read(Path answer, int status) throws IOException {
    byte[] said;
    try (var file = Files.newInputStream(answer)) {
      said = file.readNBytes(LONGEST_ANSWER);
    }
    Optional<String> line =
        new String(said, StandardCharsets.UTF_8)
            .lines()
            .filter(it -> it.startsWith("{\"valid\":"))
            .reduce((first, last) -> last);
    if (line.isEmpty()) {
      return Examined.refused(
          "the model ended the process that tried it (out of memory?), status " + status);
    }
    return parsed(JSON.readTree(line.get()));
  }

  private static Examined parsed(JsonNode json) {
    var faults = new ArrayList<String>();
    json.path("faults").forEach(fault -> faults.add(fault.asText()));
    Optional<Signature> signature =
        json.has("inputs")
            ? Optional.of(new Signature(ports(json.path("inputs")), ports(json.path("outputs"))))
            : Optional.empty();
    return new Examined(
        text(json, "sha256"),
        json.path("file_bytes").asLong(),
        text(json, "task"),
        signature,
        faults);
  }

  private static Optional<String> text(JsonNode json, String member) {
    return json.has(member) ? Optional.of(json.path(member).asText()) : Optional.empty();
  }

  private static List<Signature.Port> ports(JsonNode json) {
    var ports = new ArrayList<Signature.Port>();
    for (JsonNode port : json) {
      var shape = new ArrayList<Long>();
      port.path("shape").forEach(length -> shape.add(length.asLong()));
      ports.add(
          new Signature.Port(
              port.path("name").asText(),
              ElementType.valueOf(port.path("type").asText().toUpperCase(Locale.ROOT)),
              shape));
    }
    return ports;
  }

  private static void remove(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException stays) {
      throw new UncheckedIOException(stays);
    }
  }
}
