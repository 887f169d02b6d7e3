package dev.sluice.experiment;

import dev.sluice.statistics.Counts;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// The new callers of the window under way, each with its requests and failures: a caller is one
/// unit, in the window in which it was new.
///
/// Closing takes the callers out one by one. Who is written down while that happens is taken out
/// now or at the next closing, but never twice and never not at all; a caller who comes back after
/// being taken out is not written down again. The map locks one of its bins for the moment of a
/// writing.
final class CallerBook {
  /// Callers that a window has room for.
  static final int ROOM = 65_536;

  private record Requests(long all, long failures) {
    Requests with(boolean failed) {
      return new Requests(all + 1, failures + (failed ? 1 : 0));
    }
  }

  private final ConcurrentMap<Long, Requests> callers = new ConcurrentHashMap<>();
  private final AtomicInteger places = new AtomicInteger();
  private final LongAdder leftOut = new LongAdder();

  void record(Exposure exposure, boolean failed) {
    switch (exposure.kind()) {
      case NONE -> {}
      case RETURNING ->
          callers.computeIfPresent(exposure.caller(), (caller, seen) -> seen.with(failed));
      case NEW ->
          callers.compute(
              exposure.caller(),
              (caller, seen) -> {
                if (seen != null) {
                  return seen.with(failed);
                }
                if (places.incrementAndGet() > ROOM) {
                  places.decrementAndGet();
                  leftOut.increment();
                  return null;
                }
                return new Requests(0, 0).with(failed);
              });
    }
  }

  /// Takes everybody out: how many, and the sum of the parts of their requests that failed.
  Counts close() {
    double units = 0;
    double events = 0;
    for (Long caller : callers.keySet()) {
      Requests taken = callers.remove(caller);
      if (taken != null) {
        places.decrementAndGet();
        units++;
        events += (double) taken.failures() / taken.all();
      }
    }
    return new Counts(units, events);
  }

  /// New callers for whom there was no room, ever.
  long leftOut() {
    return leftOut.sum();
  }
}
