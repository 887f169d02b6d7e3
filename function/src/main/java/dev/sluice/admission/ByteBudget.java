package dev.sluice.admission;

import java.util.concurrent.atomic.AtomicLong;

/// Bytes of request bodies that may be in memory at once. Never above its bound, never below zero.
/// Lock-free; fair to nobody: a large request may be refused while small ones pass.
public final class ByteBudget {
  private final long bound;
  private final AtomicLong used = new AtomicLong();

  public ByteBudget(long bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("byte budget must be positive: " + bound);
    }
    this.bound = bound;
  }

  /// Takes bytes if they are there, all or none.
  public boolean tryTake(long bytes) {
    requireNotNegative(bytes);
    while (true) {
      long now = used.get();
      if (bytes > bound - now) {
        return false;
      }
      if (used.compareAndSet(now, now + bytes)) {
        return true;
      }
    }
  }

  /// Gives back bytes that were taken.
  ///
  /// @throws IllegalStateException when more comes back than was taken; the budget is as before
  public void give(long bytes) {
    requireNotNegative(bytes);
    while (true) {
      long now = used.get();
      if (bytes > now) {
        throw new IllegalStateException("gave back " + bytes + " bytes of " + now + " taken");
      }
      if (used.compareAndSet(now, now - bytes)) {
        return;
      }
    }
  }

  public long used() {
    return used.get();
  }

  public long bound() {
    return bound;
  }

  private static void requireNotNegative(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must not be negative: " + bytes);
    }
  }
}
