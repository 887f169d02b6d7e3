package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.docs.Console.Step;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Types what the README says into a shell, from the first command to the last, and reads what
/// comes back. Its port gives way to a free one where it is taken.
final class ReadmeIT {
  private static final String README_PORT = "8080";

  @Test
  void theReadmeWorksWordForWord() throws Exception {
    List<Step> steps = Console.of(Repository.text("README.md")).steps();
    String port = port();
    Step start = steps.getFirst();
    Process service = bash(start.command(), port).start();
    try {
      BufferedReader output = service.inputReader(StandardCharsets.UTF_8);
      assertThat(saidUntil(output, ported(start.output(), port)))
          .as(start.command())
          .contains(ported(start.output(), port));
      RunningService.readAway(output);
      for (Step step : steps.subList(1, steps.size())) {
        String answer = run(step, port);

        assertThat(
                new Shown(ported(step.output(), port)).matches(withoutToken(answer, step.output())))
            .as(step.command() + "\nanswers\n" + answer + "\nand not\n" + step.output())
            .isTrue();
      }
    } finally {
      end(service);
    }
    assertThat(steps).hasSizeGreaterThan(8);
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

  private static String run(Step step, String port) throws Exception {
    Process process = bash(step.command(), port).start();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(step.command()).isZero();
    return answer.stripTrailing();
  }

  private static ProcessBuilder bash(String command, String port) {
    var builder = new ProcessBuilder("bash", "-c", ported(command, port));
    builder.directory(Repository.root().toFile());
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(Map.of("PORT", port, "DRAIN_SECONDS", "0"));
    return builder;
  }

  private static String ported(String text, String port) {
    return text.replace(":" + README_PORT, ":" + port);
  }

  /// The port of the README where it is free.
  private static String port() throws IOException {
    for (int candidate : List.of(Integer.parseInt(README_PORT), 0)) {
      try (var socket = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
        return Integer.toString(socket.getLocalPort());
      } catch (IOException taken) {
        // The next one, then.
      }
    }
    throw new IOException("no port is free");
  }

  private static void end(Process service) throws InterruptedException {
    service.descendants().forEach(ProcessHandle::destroy);
    service.destroy();
    service.waitFor();
  }

  /// A token is long and different each time, so the README may leave it out.
  private static String withoutToken(String answer, String shown) {
    return shown.contains(Shown.TOKEN)
        ? answer
        : answer.replaceFirst(",\"" + Shown.TOKEN + "\":\"[A-Za-z0-9._-]+\"", "");
  }
}
