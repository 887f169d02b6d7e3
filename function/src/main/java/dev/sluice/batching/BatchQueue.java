package dev.sluice.batching;

import dev.sluice.batching.QueueView.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What waits and what runs of one version. Thread-safe.
///
/// Exactly one thread takes a ticket out, and that thread finishes it. The lock `queueing` guards
/// all fields; it is never held over a run, a callback or another lock.
final class BatchQueue {
  private final ReentrantLock queueing = new ReentrantLock();
  private final Condition quiet = queueing.newCondition();
  private final WaitingTickets waiting = new WaitingTickets();
  private final int runners;
  private Arrivals arrivals;
  private int running;
  private boolean closed;

  BatchQueue(int runners, long nowNanos) {
    this.runners = runners;
    this.arrivals = Arrivals.since(nowNanos);
  }

  /// What becomes of a ticket that comes.
  enum Entry {
    CLOSED,
    EXPIRED,
    FULL,
    /// It counts as running until [#ended].
    RUNS_HERE,
    QUEUED
  }

  /// What is to be done, and counts as running until [#ended].
  record Found(List<Ticket> batch, List<Ticket> dropped, OptionalLong againNanos) {}

  Entry enter(Ticket ticket, BatchPolicy policy, Runners.Permit permit) {
    long nowNanos = ticket.waiting().sinceNanos();
    queueing.lock();
    try {
      if (closed) {
        return Entry.CLOSED;
      }
      if (ticket.deadline().passed(nowNanos)) {
        return Entry.EXPIRED;
      }
      arrivals = arrivals.after(ticket.input().rows(), nowNanos);
      if (permit.granted() && waiting.isEmpty()) {
        running++;
        return Entry.RUNS_HERE;
      }
      if (!policy.hasRoom(ticket.waiting(), waiting.rows(), runners, nowNanos)) {
        return Entry.FULL;
      }
      waiting.add(ticket);
      return Entry.QUEUED;
    } finally {
      queueing.unlock();
    }
  }

  /// The same, unless what is next alone has more rows than the policy's ceiling.
  Optional<Found> findWithin(BatchPolicy policy, long nowNanos) {
    queueing.lock();
    try {
      List<Waiting> next = waiting.oldest(1);
      return !next.isEmpty() && next.getFirst().rows() > policy.ceiling()
          ? Optional.empty()
          : Optional.of(find(policy, nowNanos));
    } finally {
      queueing.unlock();
    }
  }

  Found find(BatchPolicy policy, long nowNanos) {
    queueing.lock();
    try {
      Found found = drained(closed ? policy.withoutDelay() : policy, nowNanos);
      running++;
      return found;
    } finally {
      queueing.unlock();
    }
  }

  void ended() {
    queueing.lock();
    try {
      running--;
      signalIfQuiet();
    } finally {
      queueing.unlock();
    }
  }

  /// Takes this ticket if it still waits.
  boolean remove(Ticket ticket) {
    queueing.lock();
    try {
      boolean waited = waiting.remove(ticket);
      signalIfQuiet();
      return waited;
    } finally {
      queueing.unlock();
    }
  }

  int rows() {
    queueing.lock();
    try {
      return waiting.rows();
    } finally {
      queueing.unlock();
    }
  }

  void stopTaking() {
    queueing.lock();
    try {
      closed = true;
    } finally {
      queueing.unlock();
    }
  }

  /// Blocks until nothing waits or runs any more.
  void awaitQuiet() {
    queueing.lock();
    try {
      while (!isQuiet()) {
        quiet.awaitUninterruptibly();
      }
    } finally {
      queueing.unlock();
    }
  }

  private Found drained(BatchPolicy policy, long nowNanos) {
    List<Ticket> dropped = new ArrayList<>();
    while (true) {
      QueueView view =
          new QueueView(waiting.oldest(policy.ceiling()), arrivals.rowsPerNano(nowNanos));
      switch (policy.decide(view, nowNanos)) {
        case BatchDecision.Drop(int position) -> dropped.addAll(waiting.takeAt(position));
        case BatchDecision.Run(int inputs) -> {
          List<Ticket> batch = waiting.take(inputs);
          OptionalLong again = waiting.isEmpty() ? OptionalLong.empty() : OptionalLong.of(nowNanos);
          return new Found(batch, dropped, again);
        }
        case BatchDecision.Wait(long untilNanos) -> {
          return new Found(List.of(), dropped, OptionalLong.of(untilNanos));
        }
        case BatchDecision.Idle idle -> {
          return new Found(List.of(), dropped, OptionalLong.empty());
        }
      }
    }
  }

  private boolean isQuiet() {
    return waiting.isEmpty() && running == 0;
  }

  private void signalIfQuiet() {
    if (closed && isQuiet()) {
      quiet.signalAll();
    }
  }
}
