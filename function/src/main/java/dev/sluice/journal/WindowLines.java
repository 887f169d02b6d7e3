package dev.sluice.journal;

import dev.sluice.experiment.Window;
import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.util.Optional;

/// A file of windows, one a line, oldest first, read one by one: it may be larger than memory.
/// Lines without anything are skipped; reading ends with the first refusal. For one thread.
public final class WindowLines implements Closeable {
  /// The most characters of a line.
  public static final int LONGEST_LINE = 1 << 20;

  /// The most windows of a file: two years of minutes.
  public static final int MOST_WINDOWS = 1_000_000;

  private final Reader reader;
  private final int mostWindows;
  private long line;
  private int windows;

  private WindowLines(Reader reader, int mostWindows) {
    this.reader = reader;
    this.mostWindows = mostWindows;
  }

  /// Over what a reader brings.
  ///
  /// @param reader a buffered one; it is closed with this
  public static WindowLines of(Reader reader) {
    return new WindowLines(reader, MOST_WINDOWS);
  }

  static WindowLines of(Reader reader, int mostWindows) {
    return new WindowLines(reader, mostWindows);
  }

  /// The next window; empty at the end. A refusal names the line.
  public Optional<Reading<Window>> next() throws IOException {
    Optional<String> text = nextText();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (text.get().length() > LONGEST_LINE) {
      return refused("longer than " + LONGEST_LINE + " characters");
    }
    windows++;
    if (windows > mostWindows) {
      return refused("more than " + mostWindows + " windows");
    }
    return switch (WindowJson.read(text.get())) {
      case Reading.Found<Window> found -> Optional.of(found);
      case Reading.Refused<Window>(String reason) -> refused(reason);
    };
  }

  private Optional<Reading<Window>> refused(String reason) {
    return Optional.of(new Reading.Refused<>("line " + line + ": " + reason));
  }

  // A line that is too long is cut one character after the limit; nothing is read after it.
  private Optional<String> nextText() throws IOException {
    var text = new StringBuilder();
    int next = reader.read();
    while (next >= 0) {
      if (next == '\n') {
        line++;
        if (!text.toString().isBlank()) {
          return Optional.of(text.toString());
        }
        text.setLength(0);
      } else {
        text.append((char) next);
      }
      if (text.length() > LONGEST_LINE) {
        line++;
        return Optional.of(text.toString());
      }
      next = reader.read();
    }
    line++;
    return text.toString().isBlank() ? Optional.empty() : Optional.of(text.toString());
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
