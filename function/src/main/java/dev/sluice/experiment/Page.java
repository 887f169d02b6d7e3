package dev.sluice.experiment;

import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.LatencyBuckets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/// The ledger's page of one version: its exposures since the process started. Thread-safe. Writing
/// takes no lock and makes no object.
///
/// Rows of numbers, each for a few threads, so that they seldom meet; more of the short ones, in
/// which every exposure hits the same numbers:
///
///     short   group × kind × failed   32 · 3 · 2
///             entered, left, Σ seconds, Σ seconds²
///     long    group × bucket          32 · 418
///
/// One exposure adds one to one count, so requests, errors and kinds always fit together, whenever
/// they are read. The sums are read again while somebody is between `entered` and `left`.
/// Latencies and counts may differ by the exposures that are being written: what a reading misses
/// is in the next one.
public final class Page {
  /// Scores that a version may have.
  public static final int SCORES = 20;

  /// Of them those that may be there when a caller names one more: the others are kept for names of
  /// our own, of which there are three.
  public static final int SCORES_OF_CALLERS = 17;

  /// The score of what callers report of answers, 0 to 1.
  public static final String REWARD = "reward";

  /// The score of what is reported of answers that the present split gave: their number says how
  /// often feedback comes. Not the number of rewards, as the answers of these may be of another
  /// split.
  public static final String FRESH_FEEDBACK = "feedback_fresh";

  /// The score of how often a shadow agrees with the answer.
  public static final String AGREEMENT = "shadow_agreement";

  /// The largest score, up or down: beside larger ones the squares of small ones would be lost.
  public static final double LARGEST_SCORE = 1e9;

  private static final int KINDS = 3;
  private static final int COUNTS = Exposure.GROUPS * KINDS * 2;
  private static final int ENTERED = COUNTS;
  private static final int LEFT = ENTERED + 1;
  private static final int SUM = ENTERED + 2;
  private static final int SQUARES = ENTERED + 3;
  private static final int CELLS = ENTERED + 4;
  private static final int SHORT_FOR_A_LONG = 4;
  private static final int READINGS = 1_000;

  /// Why something was not written down.
  public enum Refused {
    /// A latency below zero.
    LATENCY,
    /// A score that is no number, infinite or out of bounds.
    SCORE,
    /// A score of a new name, when there are [#SCORES] already.
    SCORE_NAME
  }

  private final AtomicLongArray[] shorts;
  private final AtomicLongArray[] longs;
  private final AtomicReference<Map<String, AtomicReference<Sums>>> scores =
      new AtomicReference<>(Map.of());
  private final Map<Refused, AtomicLong> refused;
  private final AtomicBoolean countsCallers = new AtomicBoolean();
  private final CallerBook book = new CallerBook();
  private final ReentrantLock closing = new ReentrantLock();
  // Guarded by closing.
  private Counts callers = Counts.NONE;

  /// @param rows long ones, a power of two
  Page(int rows) {
    this.shorts = rows(rows * SHORT_FOR_A_LONG, CELLS);
    this.longs = rows(rows, GroupedLatency.SIZE);
    this.refused =
        Map.of(
            Refused.LATENCY, new AtomicLong(),
            Refused.SCORE, new AtomicLong(),
            Refused.SCORE_NAME, new AtomicLong());
  }

  private static AtomicLongArray[] rows(int count, int cells) {
    var rows = new AtomicLongArray[count];
    for (int i = 0; i < count; i++) {
      rows[i] = new AtomicLongArray(cells);
    }
    return rows;
  }

  /// From now on new callers are counted as units, too: that costs memory for each.
  public void countCallers() {
    countsCallers.set(true);
  }

  /// Writes an outcome down, if it is an exposure.
  public void record(Outcome outcome, Exposure exposure) {
    switch (outcome.counted()) {
      case EXPOSURE -> {
        if (outcome.latencyNanos() < 0) {
          refuse(Refused.LATENCY);
        } else {
          write(outcome.result(), outcome.latencyNanos(), exposure);
        }
      }
      case OVERRIDE, RETRY, COLD -> {}
    }
  }

  private void write(Outcome.Result result, long nanos, Exposure exposure) {
    double seconds = nanos / 1e9;
    int group = exposure.group();
    boolean failed =
        switch (result) {
          case OK -> false;
          case ERROR, TIMEOUT -> true;
        };
    int bucket =
        switch (result) {
          case OK, ERROR -> LatencyBuckets.ofMicros(nanos / 1e3);
          case TIMEOUT -> LatencyBuckets.OVERFLOW;
        };
    AtomicLongArray row = mine(shorts);
    row.getAndIncrement(ENTERED);
    add(row, SUM, seconds);
    add(row, SQUARES, seconds * seconds);
    row.getAndIncrement(LEFT);
    mine(longs).getAndIncrement(group * LatencyBuckets.COUNT + bucket);
    row.getAndIncrement(count(group, exposure.kind(), failed));
    if (countsCallers.get()) {
      book.record(exposure, failed);
    }
  }

  // Ids of threads, virtual ones above all, are given in turn.
  private static AtomicLongArray mine(AtomicLongArray[] rows) {
    return rows[(int) Thread.currentThread().threadId() & (rows.length - 1)];
  }

  private static int count(int group, Exposure.Kind kind, boolean failed) {
    return (group * KINDS + place(kind)) * 2 + (failed ? 1 : 0);
  }

  private static int place(Exposure.Kind kind) {
    return switch (kind) {
      case NONE -> 0;
      case NEW -> 1;
      case RETURNING -> 2;
    };
  }

  private static void add(AtomicLongArray row, int cell, double value) {
    long before;
    long after;
    do {
      before = row.get(cell);
      after = Double.doubleToRawLongBits(Double.longBitsToDouble(before) + value);
    } while (!row.compareAndSet(cell, before, after));
  }

  /// Adds a value to a score of this version that has a name of our own.
  public void score(String name, double value) {
    score(name, value, SCORES);
  }

  /// Adds a value to a score of this version that a caller has named.
  public void scoreOfCaller(String name, double value) {
    score(name, value, SCORES_OF_CALLERS);
  }

  private void score(String name, double value, int places) {
    if (!(Math.abs(value) <= LARGEST_SCORE)) {
      refuse(Refused.SCORE);
      return;
    }
    Optional<AtomicReference<Sums>> score = score(name, places);
    if (score.isEmpty()) {
      refuse(Refused.SCORE_NAME);
      return;
    }
    score.get().updateAndGet(sums -> sums.with(value));
  }

  private Optional<AtomicReference<Sums>> score(String name, int places) {
    while (true) {
      Map<String, AtomicReference<Sums>> known = scores.get();
      AtomicReference<Sums> score = known.get(name);
      if (score != null || known.size() >= places) {
        return Optional.ofNullable(score);
      }
      var more = new HashMap<>(known);
      more.put(name, new AtomicReference<>(Sums.NONE));
      scores.compareAndSet(known, Map.copyOf(more));
    }
  }

  private void refuse(Refused why) {
    Optional.ofNullable(refused.get(why)).ifPresent(AtomicLong::getAndIncrement);
  }

  /// How often something was not written down.
  public long refused(Refused why) {
    return Optional.ofNullable(refused.get(why)).map(AtomicLong::get).orElse(0L);
  }

  /// The latencies so far, and nothing else: a look in between, which closes no window.
  public Histogram latencies() {
    double[] latencies = new double[GroupedLatency.SIZE];
    for (AtomicLongArray row : longs) {
      add(row, latencies);
    }
    return histogram(new GroupedLatency(Doubles.of(latencies)));
  }

  /// Everything so far. Closes the window of the callers that are counted.
  Tally read() {
    double[] counts = new double[COUNTS];
    double[] latencies = new double[GroupedLatency.SIZE];
    Sums seconds = Sums.NONE;
    for (AtomicLongArray row : shorts) {
      seconds = seconds.plus(sums(row));
      add(row, counts);
    }
    for (AtomicLongArray row : longs) {
      add(row, latencies);
    }
    return tally(counts, new GroupedLatency(Doubles.of(latencies)), seconds);
  }

  private static void add(AtomicLongArray row, double[] cells) {
    for (int cell = 0; cell < cells.length; cell++) {
      cells[cell] += row.get(cell);
    }
  }

  /// What was entered when the sums had been read and had all left before they were, is whole in
  /// them. A thread that was stopped in between is not waited for long: then the sums are ahead of
  /// their number by what it writes.
  private static Sums sums(AtomicLongArray row) {
    Sums sums = Sums.NONE;
    for (int reading = 0; reading < READINGS; reading++) {
      long left = row.get(LEFT);
      sums =
          new Sums(
              left,
              Double.longBitsToDouble(row.get(SUM)),
              Double.longBitsToDouble(row.get(SQUARES)));
      if (row.get(ENTERED) == left) {
        return sums;
      }
    }
    return sums;
  }

  private Tally tally(double[] counts, GroupedLatency grouped, Sums seconds) {
    double[] requests = new double[Exposure.GROUPS];
    double[] errors = new double[Exposure.GROUPS];
    double[] kinds = new double[KINDS];
    for (int group = 0; group < Exposure.GROUPS; group++) {
      for (Exposure.Kind kind : Exposure.Kind.values()) {
        double failed = counts[count(group, kind, true)];
        double all = failed + counts[count(group, kind, false)];
        requests[group] += all;
        errors[group] += failed;
        kinds[place(kind)] += all;
      }
    }
    var groups = new Groups(Doubles.of(requests), Doubles.of(errors));
    return new Tally(
        new Counts(groups.requests().sum(), groups.errors().sum()),
        histogram(grouped),
        seconds,
        groups,
        Optional.of(grouped),
        kinds[place(Exposure.Kind.RETURNING)],
        kinds[place(Exposure.Kind.NEW)] + kinds[place(Exposure.Kind.NONE)],
        callers(),
        book.leftOut(),
        scoreSums());
  }

  private static Histogram histogram(GroupedLatency grouped) {
    double[] buckets = new double[LatencyBuckets.COUNT];
    for (int group = 0; group < Exposure.GROUPS; group++) {
      for (int bucket = 0; bucket < buckets.length; bucket++) {
        buckets[bucket] += grouped.count(group, bucket);
      }
    }
    return Histogram.of(Doubles.of(buckets));
  }

  private Counts callers() {
    closing.lock();
    try {
      callers = callers.plus(book.close());
      return callers;
    } finally {
      closing.unlock();
    }
  }

  private Map<String, Sums> scoreSums() {
    var sums = new HashMap<String, Sums>();
    scores.get().forEach((name, score) -> sums.put(name, score.get()));
    return sums;
  }
}
