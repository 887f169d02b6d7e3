package dev.sluice.experiment;

import java.util.concurrent.atomic.AtomicLongArray;

/// The share of failed predictions over the last minute.
///
/// A ring of 60 slots of one second. A slot is one `long`: the second it belongs to (23 bits and a
/// mark that it was used), the failures (20 bits) and all predictions (20 bits) in it, so that a
/// recording is one compare-and-set and a slot is emptied by whoever first finds it out of date.
/// Counts stop at about a million a second. Thread-safe, lock-free.
public final class ErrorRate {
  private static final int SECONDS = 60;
  private static final int COUNT_BITS = 20;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;
  private static final long SECOND_MASK = (1L << 23) - 1;
  private static final long USED = 1L << 23;
  private static final long NANOS = 1_000_000_000L;

  private final AtomicLongArray slots = new AtomicLongArray(SECONDS);

  /// Counts one prediction.
  public void record(Outcome.Result result, long nowNanos) {
    long second = second(nowNanos);
    int index = (int) Math.floorMod(Math.floorDiv(nowNanos, NANOS), (long) SECONDS);
    long before;
    long after;
    do {
      before = slots.get(index);
      long base = secondOf(before) == second ? before : second << (2 * COUNT_BITS);
      after = plus(base, failed(result));
    } while (!slots.compareAndSet(index, before, after));
  }

  private static long failed(Outcome.Result result) {
    return switch (result) {
      case OK -> 0;
      case ERROR, TIMEOUT -> 1;
    };
  }

  private static long plus(long slot, long failures) {
    if ((slot & COUNT_MASK) == COUNT_MASK) {
      return slot;
    }
    return slot + 1 + (failures << COUNT_BITS);
  }

  /// The counts of the minute that ends now.
  public Counts lastMinute(long nowNanos) {
    long now = second(nowNanos);
    long all = 0;
    long failures = 0;
    for (int i = 0; i < SECONDS; i++) {
      long slot = slots.get(i);
      long age = (now - secondOf(slot)) & SECOND_MASK;
      if (slot != 0 && age < SECONDS) {
        all += slot & COUNT_MASK;
        failures += (slot >>> COUNT_BITS) & COUNT_MASK;
      }
    }
    return new Counts(all, failures);
  }

  // The mark keeps an untouched slot from looking like second 0.
  private static long second(long nowNanos) {
    return (Math.floorDiv(nowNanos, NANOS) & SECOND_MASK) | USED;
  }

  private static long secondOf(long slot) {
    return slot >>> (2 * COUNT_BITS);
  }

  /// Predictions of a span of time.
  ///
  /// @param all predictions, refusals before a variant was chosen not among them
  /// @param failures those that ended in an error or a timeout
  public record Counts(long all, long failures) {
    public Counts plus(Counts other) {
      return new Counts(all + other.all, failures + other.failures);
    }

    /// A fraction, 0 to 1; 0 while there is nothing to divide.
    public double rate() {
      return all == 0 ? 0 : (double) failures / all;
    }
  }
}
