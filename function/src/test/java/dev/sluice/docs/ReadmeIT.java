package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.docs.Console.Step;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Types what the README says into a shell, from the first command to the last, and reads what
/// comes back. Its port gives way to a free one where it is taken.
final class ReadmeIT {
  private static final String README_PORT = "8080";
  private static final double TOLERANCE = 0.002;
  private static final String TOKEN = "outcome_token";

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

        assertThat(same(ported(step.output(), port), withoutToken(answer, step.output())))
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
    return shown.contains(TOKEN)
        ? answer
        : answer.replaceFirst(",\"" + TOKEN + "\":\"[A-Za-z0-9._-]+\"", "");
  }

  private static boolean same(String shown, String answer) {
    if (shown.startsWith("{") && shown.endsWith("}")) {
      return same("", OpenApi.json(shown), OpenApi.json(answer));
    }
    return shown.equals(answer);
  }

  /// Trace ids are new each time, and probabilities differ in their last digits between processors.
  private static boolean same(String member, JsonNode shown, JsonNode answer) {
    if (member.equals(TOKEN)) {
      return answer.asText().startsWith("v1.");
    }
    if (member.equals("trace_id")) {
      return answer.asText().matches("[A-Za-z0-9._-]{1,64}");
    }
    if (shown.isFloatingPointNumber() && answer.isNumber()) {
      return Math.abs(shown.asDouble() - answer.asDouble()) <= TOLERANCE;
    }
    if (!shown.isContainerNode()) {
      return shown.equals(answer);
    }
    return shown.getNodeType() == answer.getNodeType()
        && shown.size() == answer.size()
        && (shown.isArray() ? sameElements(shown, answer) : sameMembers(shown, answer));
  }

  private static boolean sameElements(JsonNode shown, JsonNode answer) {
    Iterator<JsonNode> others = answer.iterator();
    for (JsonNode element : shown) {
      if (!same("", element, others.next())) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameMembers(JsonNode shown, JsonNode answer) {
    return shown.properties().stream()
        .allMatch(
            it ->
                !(answer.path(it.getKey()) instanceof MissingNode)
                    && same(it.getKey(), it.getValue(), answer.path(it.getKey())));
  }
}
