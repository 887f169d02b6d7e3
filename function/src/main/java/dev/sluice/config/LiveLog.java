package dev.sluice.config;

import dev.sluice.api.RolloutParts;
import dev.sluice.control.Entry;
import dev.sluice.control.Rollouts;
import dev.sluice.control.StoreUnavailable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The newest entries in memory, for those who follow them: however many they are, the store is
/// asked once. Only who starts further back reads it. Thread-safe.
final class LiveLog implements RolloutParts.Feed {
  private static final int KEPT = 1_000;

  private final Rollouts store;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  // Both guarded by lock.
  private final Deque<Entry.Logged> newest = new ArrayDeque<>();
  private long before;

  /// @param last the last entry that there was before this process began to follow
  LiveLog(Rollouts store, long last) {
    this.store = store;
    this.before = last;
  }

  /// The next entry, in order.
  void add(Entry.Logged entry) {
    lock.lock();
    try {
      newest.addLast(entry);
      if (newest.size() > KEPT) {
        before = newest.removeFirst().sequence();
      }
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<Entry.Logged> await(long after, Duration atMost)
      throws StoreUnavailable, InterruptedException {
    lock.lockInterruptibly();
    try {
      long nanos = atMost.toNanos();
      while (after >= before && nothingAfter(after)) {
        if (nanos <= 0) {
          return List.of();
        }
        nanos = arrived.awaitNanos(nanos);
      }
      if (after >= before) {
        return newest.stream().filter(entry -> entry.sequence() > after).toList();
      }
    } finally {
      lock.unlock();
    }
    return store.log(after, KEPT);
  }

  private boolean nothingAfter(long after) {
    return newest.isEmpty() || newest.getLast().sequence() <= after;
  }
}
