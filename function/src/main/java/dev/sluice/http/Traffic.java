package dev.sluice.http;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// All open connections, what was counted about them, and whether they are being seen off.
/// Thread-safe.
public final class Traffic {
  private final Set<Conversation> open = ConcurrentHashMap.newKeySet();
  private final LongAdder refused = new LongAdder();
  private final LongAdder timeouts = new LongAdder();
  private final CountDownLatch quiet = new CountDownLatch(1);
  private final Semaphore streams;
  private final int crowd;
  private volatile boolean draining;

  /// A place among the streams, given back once.
  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  Traffic(Limits limits) {
    this.crowd = limits.connections() - limits.connections() / 10;
    this.streams = new Semaphore(limits.streams());
  }

  /// Connections that are open now.
  public int open() {
    return open.size();
  }

  /// Connections closed on arrival, because too many were open.
  public long refused() {
    return refused.sum();
  }

  /// Messages that took too long to arrive, and answers that took too long to be read.
  public long timeouts() {
    return timeouts.sum();
  }

  /// Whether nearly as many connections are open as there may be: idle ones should make room.
  boolean crowded() {
    return open.size() >= crowd;
  }

  boolean draining() {
    return draining;
  }

  void opened(Conversation conversation) {
    open.add(conversation);
    if (draining) {
      conversation.hurry();
    }
  }

  void closed(Conversation conversation) {
    open.remove(conversation);
    noteQuiet();
  }

  /// Room for one more stream; empty when there is none.
  Optional<Place> stream() {
    return streams.tryAcquire() ? Optional.of(streams::release) : Optional.empty();
  }

  void turnedAway() {
    refused.increment();
  }

  void timedOut() {
    timeouts.increment();
  }

  void drain() {
    draining = true;
    open.forEach(Conversation::hurry);
    noteQuiet();
  }

  boolean awaitQuiet(Duration bound) throws InterruptedException {
    return quiet.await(bound.toNanos(), TimeUnit.NANOSECONDS);
  }

  void cut() {
    open.forEach(Conversation::cut);
  }

  private void noteQuiet() {
    if (draining && open.isEmpty()) {
      quiet.countDown();
    }
  }
}
