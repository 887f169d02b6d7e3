package dev.sluice.rollout;

import dev.sluice.routing.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Shares and durations as people read them.
public final class Words {
  private Words() {}

  /// `5`, `2.5` or `0.01`.
  public static String percent(Share share) {
    int points = share.basisPoints();
    if (points % 100 == 0) {
      return Integer.toString(points / 100);
    }
    String fraction = "%02d".formatted(points % 100);
    return points / 100 + "." + (fraction.endsWith("0") ? fraction.substring(0, 1) : fraction);
  }

  /// The two largest units: `2 min 11 s`, `1 h 5 min`, `3 d`.
  static String duration(Duration duration) {
    List<String> parts = new ArrayList<>();
    add(parts, duration.toDaysPart(), "d");
    add(parts, duration.toHoursPart(), "h");
    add(parts, duration.toMinutesPart(), "min");
    add(parts, duration.toSecondsPart(), "s");
    return parts.isEmpty() ? "0 s" : String.join(" ", parts.subList(0, Math.min(2, parts.size())));
  }

  private static void add(List<String> parts, long value, String unit) {
    if (value > 0) {
      parts.add(value + " " + unit);
    }
  }
}
