package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.docs.Console.Step;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Does what the page on clients says, in an empty folder beside the models, and reads what comes
/// back. What needs tritonclient is in [TritonClientIT].
final class ClientsIT {
  private static final String PAGE = "function/docs/clients.md";

  @TempDir static Path folder;
  private static RunningService service;

  @BeforeAll
  static void start() throws Exception {
    Files.createSymbolicLink(folder.resolve("models"), Repository.root().resolve("models"));
    service =
        RunningService.start(Map.of("ADMIN_TOKEN", "0123456789abcdef"), folder.resolve("data"));
  }

  @AfterAll
  static void stop() throws Exception {
    service.close();
    Files.delete(folder.resolve("models"));
  }

  @Test
  void theCommandsWorkWordForWord() throws Exception {
    List<Step> steps = Console.of(Repository.text(PAGE)).steps();
    try (var shell = new Shell(folder)) {
      for (Step step : steps) {
        String answer = shell.type(ported(step.command()));

        assertThat(new Shown(step.output()).matches(answer))
            .as(step.command() + "\nanswers\n" + answer + "\nand not\n" + step.output())
            .isTrue();
      }
    }
    assertThat(steps).hasSizeGreaterThan(20);
  }

  @Test
  void thePythonWithoutPackagesRuns() throws Exception {
    List<CodeBlock> blocks =
        CodeBlock.of(Repository.text(PAGE), "python").stream()
            .filter(block -> block.code().contains("urllib"))
            .toList();

    assertThat(blocks).hasSize(1);
    runs(blocks.getFirst(), "python3", "ask.py");
  }

  @Test
  void theJavaRuns() throws Exception {
    List<CodeBlock> blocks = CodeBlock.of(Repository.text(PAGE), "java");

    assertThat(blocks).hasSize(1);
    runs(
        blocks.getFirst(),
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "Ask.java");
  }

  private static void runs(CodeBlock block, String interpreter, String file) throws Exception {
    Files.writeString(folder.resolve(file), ported(block.code()));
    Process process =
        new ProcessBuilder(interpreter, file)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(said).isZero();
    assertThat(block.answers()).isNotEmpty();
    assertThat(new Shown(String.join("\n", block.answers())).matches(said.strip()))
        .as(said + " and not " + block.answers())
        .isTrue();
  }

  private static String ported(String text) {
    return text.replace("localhost:8080", service.at("/").getAuthority());
  }
}
