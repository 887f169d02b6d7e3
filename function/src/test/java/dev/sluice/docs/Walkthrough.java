package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.docs.Console.Step;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Types what a page says into a shell, from the first command to the last, and reads what comes
/// back. The first command starts the service. Its port gives way to a free one where it is taken,
/// and its data are in a folder of their own, as on a fresh clone.
final class Walkthrough implements AutoCloseable {
  private static final String PORT = "8080";

  private final String port = free();
  private final Process service;
  private final Shell shell;

  private Walkthrough(Step start, Path data) throws IOException {
    Map<String, String> environment =
        Map.of(
            "PORT",
            port,
            "DRAIN_SECONDS",
            "0",
            "DATA_DIR",
            data.toString(),
            "SLUICE_TARGET",
            "http://127.0.0.1:" + port,
            "PATH",
            Path.of(System.getProperty("java.home"), "bin") + ":" + System.getenv("PATH"));
    service = start(start, environment);
    shell = new Shell(Repository.root(), environment);
  }

  /// How many commands there were.
  static int of(String page, Path data) throws IOException {
    List<Step> steps = Console.of(Repository.text(page)).steps();
    try (var walkthrough = new Walkthrough(steps.getFirst(), data)) {
      for (Step step : steps.subList(1, steps.size())) {
        walkthrough.type(step);
      }
    }
    return steps.size();
  }

  private Process start(Step step, Map<String, String> environment) throws IOException {
    var builder = new ProcessBuilder("bash", "-c", "exec " + exported(ported(step.command())));
    builder.directory(Repository.root().toFile());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    Process process = builder.start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    assertThat(saidUntil(output, ported(step.output())))
        .as(step.command())
        .contains(ported(step.output()));
    RunningService.readAway(output);
    return process;
  }

  /// `exec` takes no variables before the command, `env` does.
  private static String exported(String command) {
    return command.matches("[A-Z_]+=.*") ? "env " + command : command;
  }

  private void type(Step step) throws IOException {
    String command = ported(step.command());
    // Of a script all is shown; others tell of their progress where nobody sees it.
    String answer = shell.type(script(step) ? command : "{ " + command + "\n} 2>/dev/null");

    assertThat(same(step, answer))
        .as(step.command() + "\nanswers\n" + answer + "\nand not\n" + step.output())
        .isTrue();
  }

  private boolean same(Step step, String answer) {
    String shown = ported(step.output());
    return script(step)
        ? new Transcript(shown).matches(answer)
        : new Shown(shown).matches(withoutToken(answer, shown));
  }

  private static boolean script(Step step) {
    return step.command().startsWith("scripts/");
  }

  private static List<String> saidUntil(BufferedReader output, String last) throws IOException {
    var said = new ArrayList<String>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.add(line);
      if (line.equals(last)) {
        break;
      }
    }
    return said;
  }

  private String ported(String text) {
    return text.replace(":" + PORT, ":" + port);
  }

  /// The port of the page where it is free.
  private static String free() throws IOException {
    for (int candidate : List.of(Integer.parseInt(PORT), 0)) {
      try (var socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
        return Integer.toString(socket.getLocalPort());
      } catch (IOException taken) {
        // The next one, then.
      }
    }
    throw new IOException("no port is free");
  }

  /// A token is long and different each time, so a page may leave it out.
  private static String withoutToken(String answer, String shown) {
    return shown.contains(Shown.TOKEN)
        ? answer
        : answer.replaceFirst(",\"" + Shown.TOKEN + "\":\"[A-Za-z0-9._-]+\"", "");
  }

  /// What the page left running ends before the service, so that nothing waits for an answer.
  @Override
  public void close() throws IOException {
    shell.close();
    service.descendants().forEach(ProcessHandle::destroy);
    service.destroy();
    try {
      service.waitFor();
    } catch (InterruptedException hurried) {
      service.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
