package dev.sluice.batching;

import java.time.Duration;
import java.util.OptionalInt;

/// What an operator may set about batches.
///
/// @param maxRows bounds what was measured from above; empty: as measured
/// @param maxDelay how long an input may wait for company, where that pays
/// @param requestDeadline the time that a request usually has; the queue holds what half of it can
///     serve
/// @param inlineBelow a run that is predicted to be shorter than this is not worth a hand-off to
///     another thread
public record BatchSettings(
    OptionalInt maxRows, Duration maxDelay, Duration requestDeadline, Duration inlineBelow) {
  public BatchSettings {
    if (maxRows.isPresent() && maxRows.getAsInt() < 1) {
      throw new IllegalArgumentException("maxRows must be positive: " + maxRows.getAsInt());
    }
    if (maxDelay.isNegative() || inlineBelow.isNegative()) {
      throw new IllegalArgumentException(
          "durations must not be negative: " + maxDelay + ", " + inlineBelow);
    }
    if (!requestDeadline.isPositive()) {
      throw new IllegalArgumentException("requestDeadline must be positive: " + requestDeadline);
    }
  }

  public static BatchSettings defaults() {
    return new BatchSettings(
        OptionalInt.empty(), Duration.ZERO, Duration.ofSeconds(2), Duration.ofNanos(200_000));
  }

  public BatchSettings withMaxRows(int rows) {
    return new BatchSettings(OptionalInt.of(rows), maxDelay, requestDeadline, inlineBelow);
  }

  public BatchSettings withMaxDelay(Duration delay) {
    return new BatchSettings(maxRows, delay, requestDeadline, inlineBelow);
  }

  public BatchSettings withRequestDeadline(Duration deadline) {
    return new BatchSettings(maxRows, maxDelay, deadline, inlineBelow);
  }

  public BatchSettings withInlineBelow(Duration below) {
    return new BatchSettings(maxRows, maxDelay, requestDeadline, below);
  }
}
