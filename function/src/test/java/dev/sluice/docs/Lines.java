package dev.sluice.docs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// What a process says, line by line; nobody waits for a line longer than they want to. It is
/// read as it comes, so that the process never waits for a reader. One thread asks.
final class Lines {
  private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
  private volatile boolean ignored;

  private Lines() {}

  /// Whoever ends the process ends the reading; closing the reader would wait for it.
  static Lines of(Process process) {
    var lines = new Lines();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    Thread.ofVirtual().start(() -> lines.read(output));
    return lines;
  }

  private void read(BufferedReader output) {
    try {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (!ignored) {
          lines.add(Optional.of(line));
        }
      }
    } catch (IOException gone) {
      // The process is, and so is what it had to say.
    } finally {
      lines.add(Optional.empty());
    }
  }

  /// The next line, or empty where the process has said its last.
  ///
  /// @param untilNanos on the clock of [System#nanoTime]
  /// @throws InterruptedIOException when none has come by then
  Optional<String> next(long untilNanos) throws InterruptedIOException {
    try {
      Optional<String> line = lines.poll(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw new InterruptedIOException("nothing more was said in time");
      }
      return line;
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  static long after(Duration patience) {
    return System.nanoTime() + patience.toNanos();
  }

  /// From now on nothing is kept.
  void ignore() {
    ignored = true;
    lines.clear();
  }
}
