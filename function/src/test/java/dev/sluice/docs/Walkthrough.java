package dev.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.docs.Console.Step;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Types what a page says into a shell, from the first command to the last, and reads what comes
/// back. The first command starts the service. Its port gives way to a free one where it is taken,
/// and its data are in a folder of their own, as on a fresh clone.
final class Walkthrough {
  private static final String PORT = "8080";
  // The service may be built first.
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final String port;
  private final Shell shell;

  private Walkthrough(String port, Shell shell) {
    this.port = port;
    this.shell = shell;
  }

  /// How many commands there were.
  static int of(String page, Path data) throws IOException {
    List<Step> steps = Console.of(Repository.text(page)).steps();
    through(steps, data, PATIENCE);
    return steps.size();
  }

  /// Whatever comes of it, nothing is left running. What the page left running ends before the
  /// service, so that nothing waits for an answer.
  ///
  /// @param patience until the first command has said its last line
  static void through(List<Step> steps, Path data, Duration patience) throws IOException {
    String port = free();
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
    Step first = steps.getFirst();
    try (var service = Service.launch(ported(first.command(), port), environment);
        var shell = new Shell(Repository.root(), environment)) {
      String greeting = ported(first.output(), port);
      assertThat(service.saidUntil(greeting, patience)).as(first.command()).contains(greeting);
      var walkthrough = new Walkthrough(port, shell);
      for (Step step : steps.subList(1, steps.size())) {
        walkthrough.type(step);
      }
    }
  }

  /// The first command of the page, and all that it starts.
  private record Service(Process process, Lines output) implements AutoCloseable {
    static Service launch(String command, Map<String, String> environment) throws IOException {
      var builder = new ProcessBuilder("bash", "-c", "exec " + exported(command));
      builder.directory(Repository.root().toFile());
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().putAll(environment);
      Process process = builder.start();
      return new Service(process, Lines.of(process));
    }

    /// What it says up to a line, or until nobody waits for it any longer.
    List<String> saidUntil(String last, Duration patience) {
      var said = new ArrayList<String>();
      long until = Lines.after(patience);
      try {
        while (!said.contains(last)) {
          Optional<String> line = output.next(until);
          if (line.isEmpty()) {
            return said;
          }
          said.add(line.get());
        }
      } catch (InterruptedIOException silent) {
        said.add("(" + silent.getMessage() + ")");
      }
      output.ignore();
      return said;
    }

    @Override
    public void close() {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
      try {
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException hurried) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }

  /// `exec` takes no variables before the command, `env` does.
  private static String exported(String command) {
    return command.matches("[A-Z_]+=.*") ? "env " + command : command;
  }

  private void type(Step step) throws IOException {
    String command = ported(step.command());
    // Of a script all is shown; others tell of their progress where nobody sees it.
    String answer =
        shell.type(
            background(step)
                ? toItsFirstLine(command)
                : script(step) ? command : "{ " + command + "\n} 2>/dev/null");

    assertThat(same(step, answer))
        .as(step.command() + "\nanswers\n" + answer + "\nand not\n" + step.output())
        .isTrue();
  }

  /// What goes on in the background is waited for until it has said a line on the terminal, or has
  /// ended. What it says later, a terminal would show between the commands that follow.
  private static String toItsFirstLine(String command) {
    return "said=$(mktemp)\n{ "
        + command
        + "\n} 2>\"$said\"\n"
        + "until [ -s \"$said\" ] || ! kill -0 $! 2>/dev/null; do sleep 0.1; done\n"
        + "cat \"$said\"; rm \"$said\"";
  }

  private static boolean background(Step step) {
    return script(step) && step.command().endsWith("&");
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

  private String ported(String text) {
    return ported(text, port);
  }

  private static String ported(String text, String port) {
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
}
