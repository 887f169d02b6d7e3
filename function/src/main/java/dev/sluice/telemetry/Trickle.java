package dev.sluice.telemetry;

import java.util.OptionalLong;

/// A few a second, and the rest counted: lines about something that may happen at every request.
/// Thread-safe.
///
/// Time goes in seconds from the first call; in each the first few may pass. Who passes is told how
/// many did not since the last one that did, and says so.
final class Trickle {
  private static final long SECOND = 1_000_000_000;

  private final int perSecond;
  private long windowNanos;
  private int passed;
  private long held;

  /// @param nowNanos when the first second begins
  Trickle(int perSecond, long nowNanos) {
    this.perSecond = perSecond;
    this.windowNanos = nowNanos;
  }

  /// The number that was held back since the last that passed; nothing when this one is held back.
  synchronized OptionalLong pass(long nowNanos) {
    if (nowNanos - windowNanos >= SECOND) {
      windowNanos = nowNanos;
      passed = 0;
    }
    if (passed >= perSecond) {
      held++;
      return OptionalLong.empty();
    }
    passed++;
    long before = held;
    held = 0;
    return OptionalLong.of(before);
  }
}
