package dev.sluice.journal;

import dev.sluice.experiment.Tally;
import dev.sluice.experiment.Window;
import dev.sluice.routing.Share;
import dev.sluice.statistics.LatencyBuckets;
import java.time.Instant;

/// A window as one line of JSON. Thread-safe.
public final class WindowJson {
  /// The number of this form.
  public static final int SCHEMA = 1;

  private static final StrictMapper JSON = StrictMapper.ofFiles();

  private WindowJson() {}

  /// The line.
  ///
  /// @param layout of all histograms
  private record Line(
      int schema,
      String layout,
      Instant start,
      Instant end,
      Share share,
      Tally stable,
      Tally canary)
      implements StrictMapper.Document {}

  public static String write(Window window) {
    return JSON.write(
        new Line(
            SCHEMA,
            LatencyBuckets.LAYOUT,
            window.start(),
            window.end(),
            window.share(),
            window.stable(),
            window.canary()));
  }

  public static Reading<Window> read(String line) {
    return switch (JSON.read(line, "window", SCHEMA, Line.class)) {
      case Reading.Refused<Line>(String reason) -> new Reading.Refused<>(reason);
      case Reading.Found<Line>(Line found) -> window(found);
    };
  }

  private static Reading<Window> window(Line found) {
    if (!found.layout().equals(LatencyBuckets.LAYOUT)) {
      return new Reading.Refused<>("a window whose histograms have another layout");
    }
    if (!(found.stable().valid() && found.canary().valid())) {
      return new Reading.Refused<>("a window whose counts are below 0 or above their whole");
    }
    return new Reading.Found<>(
        new Window(found.start(), found.end(), found.share(), found.stable(), found.canary()));
  }
}
