package dev.sluice.serving;

import dev.sluice.batching.Answer;
import dev.sluice.batching.BatchListener;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// What a loaded version has done since it was loaded, for clients that ask by the protocol's
/// `statistics`. Only grows. Thread-safe.
public final class Statistics {
  // By the caller's choice there may be any number of sizes.
  private static final int MOST_SIZES = 64;

  private final Adder success = new Adder();
  private final Adder fail = new Adder();
  private final Adder queue = new Adder();
  private final Adder inference = new Adder();
  private final LongAdder rows = new LongAdder();
  private final LongAdder runs = new LongAdder();
  private final AtomicLong lastMillis = new AtomicLong();
  private final ConcurrentMap<Integer, Adder> sizes = new ConcurrentHashMap<>();

  /// How often, and how long in all.
  public record Sum(long count, long nanos) {}

  /// Everything at one moment, or nearly so.
  ///
  /// @param success requests from their route to their answer
  /// @param fail the same, of those without one
  /// @param queue from submission until the run began
  /// @param inference of the runs that answered them
  /// @param rows that were answered
  /// @param runs of the model
  /// @param lastMillis when the last one was answered, since the epoch; 0 before the first
  /// @param byRows runs by the rows that they had
  public record Seen(
      Sum success,
      Sum fail,
      Sum queue,
      Sum inference,
      long rows,
      long runs,
      long lastMillis,
      Map<Integer, Sum> byRows) {}

  private static final class Adder {
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    void add(long more) {
      count.increment();
      nanos.add(more);
    }

    Sum sum() {
      return new Sum(count.sum(), nanos.sum());
    }
  }

  /// A run of the model.
  public void ran(BatchListener.Ran run) {
    runs.increment();
    Adder known = sizes.get(run.rows());
    if (known == null && sizes.size() < MOST_SIZES) {
      known = sizes.computeIfAbsent(run.rows(), size -> new Adder());
    }
    if (known != null) {
      known.add(run.runNanos());
    }
  }

  void answered(int rowsOfCall, Answer.Done done) {
    rows.add(rowsOfCall);
    queue.add(done.queueNanos());
    inference.add(done.runNanos());
  }

  void succeeded(long nanos, long nowMillis) {
    success.add(nanos);
    lastMillis.accumulateAndGet(nowMillis, Math::max);
  }

  void failed(long nanos) {
    fail.add(nanos);
  }

  public Seen seen() {
    var byRows = new TreeMap<Integer, Sum>();
    sizes.forEach((size, adder) -> byRows.put(size, adder.sum()));
    return new Seen(
        success.sum(),
        fail.sum(),
        queue.sum(),
        inference.sum(),
        rows.sum(),
        runs.sum(),
        lastMillis.get(),
        byRows);
  }
}
