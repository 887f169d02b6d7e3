package dev.sluice.experiment;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/// What this process has counted: a [Page] for each version. The data plane writes on the pages,
/// whoever reports reads them all at the end of a window. Counters only grow. Thread-safe.
public final class Ledger {
  /// How long a process that has just become ready is slow for that alone.
  public static final Duration WARM_AFTER = Duration.ofSeconds(10);

  // 107 KB each, for each version.
  private static final int MOST_ROWS = 8;

  private final Supplier<String> process;
  private final Instant started;
  private final int rows;
  private final ConcurrentMap<String, ConcurrentMap<String, Page>> pages =
      new ConcurrentHashMap<>();
  private final AtomicReference<Warmth> warmth = new AtomicReference<>(new Warmth.Starting());

  private sealed interface Warmth {
    record Starting() implements Warmth {}

    record From(long nanos) implements Warmth {}
  }

  /// A ledger without pages, of a process that is not ready.
  ///
  /// @param process names it, at each report: a copy of a snapshot is another process
  /// @param threads that write at once without getting into each other's way
  public Ledger(Supplier<String> process, Instant started, int threads) {
    this.process = process;
    this.started = started;
    this.rows = Math.min(MOST_ROWS, 2 * Integer.highestOneBit(Math.max(1, 2 * threads - 1)));
  }

  public Instant started() {
    return started;
  }

  /// The page of a version, kept by whoever writes on it.
  public Page page(String model, String version) {
    return pages
        .computeIfAbsent(model, name -> new ConcurrentHashMap<>())
        .computeIfAbsent(version, name -> new Page(rows));
  }

  /// The process is ready; it is warm [#WARM_AFTER] later.
  public void ready(long nowNanos) {
    warmth.set(new Warmth.From(nowNanos + WARM_AFTER.toNanos()));
  }

  /// Whether what begins now says more about the process than about a version.
  public boolean cold(long nowNanos) {
    return switch (warmth.get()) {
      case Warmth.Starting starting -> true;
      case Warmth.From from -> nowNanos - from.nanos() < 0;
    };
  }

  /// Everything that was counted of a model.
  ///
  /// @param shares how the model is split. Asked when the pages have been read: if the split is
  ///     changed meanwhile, the report says so
  public Counters read(String model, Supplier<Shares> shares, Instant windowEnd) {
    var tallies = new HashMap<String, Tally>();
    pages
        .getOrDefault(model, new ConcurrentHashMap<>())
        .forEach((version, page) -> tallies.put(version, page.read()));
    Shares now = shares.get();
    return new Counters(process.get(), started, windowEnd, now.since(), now.canary(), tallies);
  }
}
