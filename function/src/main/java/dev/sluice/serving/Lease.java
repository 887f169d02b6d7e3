package dev.sluice.serving;

import java.util.concurrent.atomic.AtomicInteger;

/// Memory that several hold at once: it is given back when the last of them lets go. Whoever makes
/// it holds it. Thread-safe.
public final class Lease implements AutoCloseable {
  private final Runnable giveBack;
  private final AtomicInteger holders = new AtomicInteger(1);

  /// @param giveBack called once
  public Lease(Runnable giveBack) {
    this.giveBack = giveBack;
  }

  /// One more holds it.
  ///
  /// @throws IllegalStateException when everybody let go already
  void hold() {
    if (holders.getAndUpdate(now -> now == 0 ? 0 : now + 1) == 0) {
      throw new IllegalStateException("the memory was given back");
    }
  }

  /// One of the holders lets go.
  @Override
  public void close() {
    if (holders.decrementAndGet() == 0) {
      giveBack.run();
    }
  }
}
