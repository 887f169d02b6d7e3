package dev.sluice.experiment;

import dev.sluice.routing.Share;
import java.time.Duration;
import java.time.Instant;

/// What both arms brought between two moments under one share, over all processes.
///
/// @param share of the canary
public record Window(Instant start, Instant end, Share share, Tally stable, Tally canary) {

  /// Windows after which a canary without requests is called silent.
  public static final int SILENT_AFTER = 5;

  private static final Duration SHORTEST = Duration.ofSeconds(9);
  private static final Duration LONGEST = Duration.ofSeconds(61);

  /// Whether this is as long as a window may be: 10 to 60 seconds, give or take one.
  boolean hasRightLength() {
    return hasRightLength(start, end);
  }

  /// The same of a window that is not yet there.
  static boolean hasRightLength(Instant start, Instant end) {
    Duration length = Duration.between(start, end);
    return length.compareTo(SHORTEST) >= 0 && length.compareTo(LONGEST) <= 0;
  }

  /// Whether the canary answered, and the counts can be counts. Only such a window makes a step
  /// longer: time in which nothing is heard is no time of health.
  boolean tellsOfTheCanary() {
    return stable.errors().valid() && canary.errors().valid() && canary.requests() > 0;
  }

  /// How many windows in a row the canary is silent, this one included: stable has requests and the
  /// canary, with a share above 0, has none. A window without any request says nothing.
  ///
  /// @param before the same of the windows before
  int silentAfter(int before) {
    if (canary.requests() > 0 || share.equals(Share.NONE)) {
      return 0;
    }
    return stable.requests() > 0 ? before + 1 : before;
  }
}
