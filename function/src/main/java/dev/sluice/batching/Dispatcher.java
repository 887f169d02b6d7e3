package dev.sluice.batching;

import dev.sluice.inference.Deadline;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/// The threads that run models, shared by all versions, and the clock.
///
/// More runs than cores only queue inside the processor, where nothing is bounded, ordered or
/// dropped; so there is one thread for each core, and a caller that runs its own input takes the
/// place of one. Native runs would pin the carrier of a virtual thread: these are platform threads.
///
/// The lock `turns` guards the order of turns. It is held to look and to count, never over a turn,
/// and nothing else is locked under it.
public final class Dispatcher implements Runners, AutoCloseable {
  private final ReentrantLock turns = new ReentrantLock();
  private final Condition changed = turns.newCondition();
  private final Turns order;
  private final ThreadMXBean threadTimes = ManagementFactory.getThreadMXBean();
  private final int count;
  private final List<Thread> threads;
  private boolean closed;

  private Dispatcher(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("runners must be positive: " + count);
    }
    this.count = count;
    this.order = new Turns(count);
    this.threads =
        IntStream.rangeClosed(1, count)
            .mapToObj(
                number ->
                    Thread.ofPlatform().daemon().name("runner-" + number).unstarted(this::run))
            .toList();
  }

  /// A running dispatcher with one runner for each core.
  public static Dispatcher start() {
    return start(Runtime.getRuntime().availableProcessors());
  }

  /// A running dispatcher.
  public static Dispatcher start(int runners) {
    Dispatcher dispatcher = new Dispatcher(runners);
    dispatcher.threads.forEach(Thread::start);
    return dispatcher;
  }

  @Override
  public long nowNanos() {
    return System.nanoTime();
  }

  @Override
  public long cpuNanos() {
    return Thread.currentThread().isVirtual() ? 0 : threadTimes.getCurrentThreadCpuTime();
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public Lane open(Runnable turn) {
    Turns.Place place = new Turns.Place(turn);
    turns.lock();
    try {
      order.add(place);
    } finally {
      turns.unlock();
    }
    return new OpenLane(place);
  }

  @Override
  public void await(CountDownLatch answered, Deadline deadline) throws InterruptedException {
    boolean unused =
        answered.await(deadline.remainingNanos(System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  /// Ends the threads after the turns that are under way; close the batchers first.
  @Override
  public void close() {
    turns.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      turns.unlock();
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Optional<Turns.Place> place = next(Optional.empty());
    while (place.isPresent()) {
      take(place.get());
      place = next(place);
    }
  }

  private void take(Turns.Place place) {
    try {
      place.turn().run();
    } catch (RuntimeException | Error fault) {
      // A fault in one version's turn must not cost the others a runner.
      Thread runner = Thread.currentThread();
      runner.getUncaughtExceptionHandler().uncaughtException(runner, fault);
    }
  }

  /// Ends a turn and waits for the next one; nothing when the dispatcher is closed.
  private Optional<Turns.Place> next(Optional<Turns.Place> last) {
    turns.lock();
    try {
      last.ifPresent(order::ended);
      while (!closed) {
        Optional<Turns.Place> next = order.next(System.nanoTime());
        if (next.isPresent()) {
          return next;
        }
        awaitChange();
      }
      return Optional.empty();
    } finally {
      turns.unlock();
    }
  }

  /// Called under `turns`. What is due now waits for the end of a run elsewhere, which signals.
  @SuppressWarnings("WaitNotInLoop") // the loop is in next
  private void awaitChange() {
    long now = System.nanoTime();
    OptionalLong due = order.nextDueNanos(now);
    try {
      if (due.isPresent()) {
        long unused = changed.awaitNanos(due.getAsLong() - now);
      } else {
        changed.await();
      }
    } catch (InterruptedException strayed) {
      // Nobody here interrupts runners. A model that does must not end the thread: look again.
    }
  }

  private final class OpenLane implements Lane {
    private final Turns.Place place;

    OpenLane(Turns.Place place) {
      this.place = place;
    }

    @Override
    public void wake() {
      wakeAt(nowNanos());
    }

    @Override
    public void wakeAt(long nanos) {
      turns.lock();
      try {
        if (order.wake(place, nanos)) {
          changed.signal();
        }
      } finally {
        turns.unlock();
      }
    }

    @Override
    public Permit tryPermit() {
      turns.lock();
      try {
        if (!order.spare(nowNanos())) {
          return Permit.NONE;
        }
        order.beganElsewhere(place);
        return new RunPermit(place);
      } finally {
        turns.unlock();
      }
    }

    @Override
    public boolean spare() {
      turns.lock();
      try {
        return order.spare(nowNanos());
      } finally {
        turns.unlock();
      }
    }

    @Override
    public void close() {
      turns.lock();
      try {
        order.remove(place);
      } finally {
        turns.unlock();
      }
    }
  }

  private final class RunPermit implements Permit {
    private final Turns.Place place;

    RunPermit(Turns.Place place) {
      this.place = place;
    }

    @Override
    public boolean granted() {
      return true;
    }

    @Override
    public void close() {
      turns.lock();
      try {
        order.ended(place);
        if (order.due(nowNanos())) {
          changed.signal();
        }
      } finally {
        turns.unlock();
      }
    }
  }
}
