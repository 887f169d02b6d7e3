package dev.sluice.load;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/// What became of requests. Any thread may count.
final class Tally {
  /// Longer answers count as so long.
  private static final int MOST_MS = 60_000;

  /// How a request ended.
  enum End {
    ANSWERED,
    /// 429: the caller was over its rate. No error of the service, and no answer either.
    LIMITED,
    /// 503: there was no room for it just then.
    REFUSED,
    /// Any other status, and no answer at all.
    FAILED
  }

  private final Map<End, LongAdder> ends = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> statuses = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> versions = new ConcurrentHashMap<>();
  private final AtomicLongArray answeredIn = new AtomicLongArray(MOST_MS + 1);
  private volatile boolean closed;

  /// @param status of HTTP; 0 where nothing came back
  /// @param version that answered; empty where that is not known
  void count(int status, int milliseconds, String version) {
    if (closed) {
      return;
    }
    End end = end(status);
    add(ends, end);
    add(statuses, status == 0 ? "none" : Integer.toString(status));
    if (end == End.ANSWERED) {
      answeredIn.incrementAndGet(Math.clamp(milliseconds, 0, MOST_MS));
      if (!version.isEmpty()) {
        add(versions, version);
      }
    }
  }

  /// Nothing that comes later counts: what is reported of it is all of one moment.
  void close() {
    closed = true;
  }

  static End end(int status) {
    return switch (status) {
      case 200 -> End.ANSWERED;
      case 429 -> End.LIMITED;
      case 503 -> End.REFUSED;
      default -> End.FAILED;
    };
  }

  long of(End end) {
    LongAdder count = ends.get(end);
    return count == null ? 0 : count.sum();
  }

  long all() {
    return ends.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /// The least number of milliseconds in which such a part of the answers had come; -1 without
  /// any.
  int percentile(double part) {
    long wanted = (long) Math.ceil(of(End.ANSWERED) * part);
    long seen = 0;
    for (int i = 0; i <= MOST_MS && wanted > 0; i++) {
      seen += answeredIn.get(i);
      if (seen >= wanted) {
        return i;
      }
    }
    return -1;
  }

  Map<String, Long> statuses() {
    return sums(statuses);
  }

  Map<String, Long> versions() {
    return sums(versions);
  }

  private static <K> void add(Map<K, LongAdder> counts, K key) {
    counts.computeIfAbsent(key, it -> new LongAdder()).increment();
  }

  private static Map<String, Long> sums(Map<String, LongAdder> counts) {
    var sums = new TreeMap<String, Long>();
    counts.forEach((key, count) -> sums.put(key, count.sum()));
    return sums;
  }
}
