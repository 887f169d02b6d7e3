package dev.sluice.nginx;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// How nginx is called: words before `-t` and `-s reload`, such as `sudo nginx` or `docker exec
/// proxy nginx`. Neither ends nginx: a reload is a signal to its master, which starts workers with
/// the new configuration and lets the old ones finish what they have.
///
/// Thread-safe; a call blocks for its patience at most, and what is cut off then is cut off with
/// whatever it has started. It is waited for also by a thread that is
/// interrupted, whose interrupt is kept: a move that is cut off between its test and its reload
/// would leave nginx with weights that nobody decided.
///
/// @param words the program and what it is always given
/// @param patience how long a call may take
public record NginxCommand(List<String> words, Duration patience) {
  // It looks up the names of servers.
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// What is called where nothing else is said.
  public static final NginxCommand USUAL = new NginxCommand(List.of("nginx"), PATIENCE);

  private static final int MOST_OUTPUT = 64 * 1024;
  private static final int LONGEST = 400;

  public NginxCommand {
    words = List.copyOf(words);
    if (words.isEmpty()) {
      throw new IllegalArgumentException("a command has at least one word");
    }
  }

  /// Reads a command from words with blanks between them.
  public static NginxCommand parse(String text) {
    return new NginxCommand(
        Arrays.stream(text.strip().split("\\s+", -1)).filter(word -> !word.isEmpty()).toList(),
        PATIENCE);
  }

  /// Asks nginx whether it would take its configuration as it is now.
  ///
  /// @return what nginx says against it
  Optional<String> test() {
    return call("-t");
  }

  /// Makes nginx take it.
  ///
  /// @return what is said against it
  Optional<String> reload() {
    return call("-s", "reload");
  }

  private Optional<String> call(String... more) {
    List<String> command = new ArrayList<>(words);
    command.addAll(Arrays.asList(more));
    String said = String.join(" ", command);
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
              .start();
    } catch (IOException absent) {
      return Optional.of("%s cannot be run: %s".formatted(said, absent.getMessage()));
    }
    Optional<Thread> last = atStop(process);
    try {
      // Whoever writes too much waits, and is ended.
      byte[] output = new byte[0];
      if (ended(process)) {
        try (InputStream stream = process.getInputStream()) {
          output = stream.readNBytes(MOST_OUTPUT);
        }
        return process.exitValue() == 0
            ? Optional.empty()
            : Optional.of(line(new String(output, StandardCharsets.UTF_8), said, process));
      }
      return Optional.of("%s does not end within %d s".formatted(said, patience.toSeconds()));
    } catch (IOException broken) {
      return Optional.of("%s cannot be read: %s".formatted(said, broken.getMessage()));
    } finally {
      cutOff(process);
      last.ifPresent(NginxCommand::forget);
    }
  }

  // Of `sudo nginx` or a script only the first would end, and the rest be carried out later.
  private static void cutOff(Process process) {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly();
    started.forEach(ProcessHandle::destroyForcibly);
  }

  /// Nor is anything left behind by a virtual machine that ends meanwhile: it has the same
  /// patience.
  private Optional<Thread> atStop(Process process) {
    var last =
        new Thread(
            () -> {
              ended(process);
              cutOff(process);
            },
            "nginx-at-stop");
    try {
      Runtime.getRuntime().addShutdownHook(last);
      return Optional.of(last);
    } catch (IllegalStateException ending) {
      return Optional.empty();
    }
  }

  private static void forget(Thread last) {
    try {
      Runtime.getRuntime().removeShutdownHook(last);
    } catch (IllegalStateException ending) {
      // It runs already, and ends by itself.
    }
  }

  private boolean ended(Process process) {
    long end = System.nanoTime() + patience.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopped) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// The line that says what is wrong: nginx says before it what it warns of, and after it that the
  /// test failed.
  private static String line(String output, String said, Process process) {
    List<String> lines = output.lines().map(String::strip).filter(it -> !it.isEmpty()).toList();
    String first =
        lines.stream()
            .filter(
                it -> it.contains("[emerg]") || it.contains("[error]") || it.contains("[alert]"))
            .findFirst()
            .or(() -> lines.stream().findFirst())
            .orElse("%s ended with %d".formatted(said, process.exitValue()));
    return first.length() <= LONGEST ? first : first.substring(0, LONGEST) + "…";
  }
}
