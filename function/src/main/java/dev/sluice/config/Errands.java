package dev.sluice.config;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Work that nobody waits for, of which it is known when all of it is done. Thread-safe: the lock
/// `count` guards how many are under way, and is never held while one runs.
final class Errands implements Executor {
  private final Executor threads;
  private final ReentrantLock count = new ReentrantLock();
  private final Condition fewer = count.newCondition();
  private int underWay;

  Errands(Executor threads) {
    this.threads = threads;
  }

  static Errands onThreadsOfTheirOwn() {
    return new Errands(Executors.newVirtualThreadPerTaskExecutor());
  }

  @Override
  public void execute(Runnable errand) {
    add(1);
    try {
      threads.execute(
          () -> {
            try {
              errand.run();
            } finally {
              add(-1);
            }
          });
    } catch (RuntimeException refused) {
      add(-1);
      throw refused;
    }
  }

  /// Waits until none is under way; false when that takes longer than the bound.
  boolean await(Duration bound) {
    long left = bound.toNanos();
    count.lock();
    try {
      while (underWay > 0 && left > 0) {
        left = fewer.awaitNanos(left);
      }
      return underWay == 0;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      count.unlock();
    }
  }

  private void add(int more) {
    count.lock();
    try {
      underWay += more;
      fewer.signalAll();
    } finally {
      count.unlock();
    }
  }
}
