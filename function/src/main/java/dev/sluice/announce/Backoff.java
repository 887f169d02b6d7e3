package dev.sluice.announce;

import java.time.Duration;

/// How long to wait before something is tried again.
final class Backoff {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(5);
  // 2^9 s is longer than the longest.
  private static final int MOST_DOUBLINGS = 9;

  private Backoff() {}

  /// One second after the first failure, twice as long after each further one, five minutes at
  /// most; less up to half of it, so that those who failed together do not come back together.
  ///
  /// @param failed how often it was tried, at least 1
  /// @param chance within 0..1
  static Duration after(int failed, double chance) {
    Duration doubled = FIRST.multipliedBy(1L << Math.min(failed - 1, MOST_DOUBLINGS));
    Duration whole = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
    return Duration.ofMillis(Math.round(whole.toMillis() * (1 - chance / 2)));
  }
}
