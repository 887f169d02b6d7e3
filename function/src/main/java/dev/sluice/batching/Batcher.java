package dev.sluice.batching;

import dev.sluice.batching.BatchListener.Ran;
import dev.sluice.batching.BatchPolicy.Timeliness;
import dev.sluice.inference.Buffers;
import dev.sluice.inference.Deadline;
import dev.sluice.inference.Input;
import dev.sluice.inference.Model;
import dev.sluice.inference.Version;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/// The way through one loaded version.
///
/// ```
/// caller ── submit ─┬─ cheap, nothing waits, a runner is free ──▶ runs on the caller's thread
///                   ├─ no room ──▶ Full
///                   └─ queue ──▶ a runner's turn ──▶ decide ──▶ run ──▶ answers
///                        └ the caller waits, at most until its deadline
///
/// event loop ── take, take, ... push ─┬─ cheap, a runner is free ──▶ all of it on the event loop
///                                     └─ else a runner's turn
/// ```
///
/// From `submit` on the input belongs to the batcher, which closes it once: when a run that could
/// read it has ended, not when its caller leaves. A caller leaves at its deadline or when it is
/// interrupted; it takes its ticket along if that still waits.
///
/// Thread-safe without a lock of its own: the queue has one, the policy is a value behind one
/// reference.
public final class Batcher implements AutoCloseable {
  /// How much longer than it may a run on a lent thread has to be to be the last one there.
  private static final int OVERRUN = 10;

  private final Version version;
  private final AtomicReference<BatchPolicy> policy;
  private final Runners runners;
  private final BatchListener listener;
  private final BatchQueue queue;
  private final BatchRun run;
  private final Runners.Lane lane;
  private final AtomicBoolean overran;

  /// @throws IllegalArgumentException when the policy joins rows that this model cannot join
  public Batcher(
      Version version,
      Model model,
      BatchPolicy policy,
      Buffers buffers,
      Runners runners,
      BatchListener listener) {
    if (policy.curve().ceiling() > 1 && !model.signature().batched()) {
      throw new IllegalArgumentException(version + " has no free first axis for batches");
    }
    this.version = version;
    this.policy = new AtomicReference<>(policy);
    this.runners = runners;
    this.listener = listener;
    this.queue = new BatchQueue(runners.count(), runners.nowNanos());
    this.run = new BatchRun(model, buffers, runners, this::ended);
    this.lane = runners.open(this::turn);
    this.overran = new AtomicBoolean(!model.signature().costsByRows());
  }

  /// Answers an input; blocks the calling thread until then, at most until the deadline.
  public Answer submit(Input input, Deadline deadline) throws InterruptedException {
    return await(place(input, deadline));
  }

  /// Takes an input without waiting for its answer, on behalf of a thread that must not block. What
  /// one such thread takes in one go shares a run: nothing is begun before [#push].
  public Ticket take(Input input, Deadline deadline) {
    Ticket ticket = new Ticket(input, deadline, runners.nowNanos());
    entered(ticket, queue.enter(ticket, policy.get(), Runners.Permit.NONE));
    return ticket;
  }

  /// Sees to it that a taken ticket is run: on this thread with what else waits, where that is
  /// cheaper than to hand it on and a runner is free; else by a runner. A version that took the
  /// thread much longer than it was measured to is not run there again, and one whose signature
  /// says that its cost may depend on what it is sent never is.
  public void push(Ticket ticket) {
    if (ticket.answer().isPresent()) {
      return;
    }
    Optional<BatchPolicy> brief = overran.get() ? Optional.empty() : policy.get().brief();
    try (Runners.Permit permit = brief.isPresent() ? lane.tryPermit() : Runners.Permit.NONE) {
      Optional<BatchQueue.Found> found =
          permit.granted()
              ? brief.flatMap(within -> queue.findWithin(within, runners.nowNanos()))
              : Optional.empty();
      found.ifPresentOrElse(batch -> lend(batch, ticket), lane::wake);
    }
  }

  /// Runs a batch on the thread that pushes a ticket.
  private void lend(BatchQueue.Found found, Ticket ticket) {
    long before = runners.cpuNanos();
    run(found);
    long bound = OVERRUN * policy.get().settings().inlineBelow().toNanos();
    if (runners.cpuNanos() - before > bound) {
      overran.set(true);
    }
    // What others have taken they push themselves; a runner that was woken for it would come late.
    if (ticket.answer().isEmpty()) {
      found.againNanos().ifPresent(lane::wakeAt);
    }
  }

  /// Blocks the calling thread until a ticket is answered, at most until its deadline.
  public Answer await(Ticket ticket) throws InterruptedException {
    if (ticket.answer().isEmpty()) {
      try {
        runners.await(ticket.answered(), ticket.deadline());
      } catch (InterruptedException left) {
        leave(ticket);
        throw left;
      }
    }
    return ticket.answer().orElseGet(() -> leave(ticket));
  }

  /// Answers an input if that keeps nobody waiting: nothing waits and a runner is free; else it is
  /// [Answer.Full] at once. For work that nobody waits for, such as shadows.
  public Answer offer(Input input, Deadline deadline) throws InterruptedException {
    return await(placeSpare(input, deadline));
  }

  /// Rows that wait now.
  public int queuedRows() {
    return queue.rows();
  }

  /// The most rows that may wait now.
  public long boundRows() {
    return policy.get().boundRows(runners.count());
  }

  /// What the version is served by now: settings, measured and expected curve, ceiling.
  public BatchPolicy policy() {
    return policy.get();
  }

  /// Goes on under other settings.
  public void adopt(BatchSettings settings) {
    policy.updateAndGet(before -> before.with(settings));
    lane.wake();
  }

  /// Takes nothing more, finishes what waits and runs, and returns when all is answered; then the
  /// model may be closed.
  @Override
  public void close() {
    stopTaking();
    queue.awaitQuiet();
    lane.close();
  }

  /// Those who wait for company need not wait any longer.
  void stopTaking() {
    queue.stopTaking();
    lane.wake();
  }

  /// A ticket that waits or is finished.
  Ticket place(Input input, Deadline deadline) {
    Ticket ticket = new Ticket(input, deadline, runners.nowNanos());
    BatchPolicy now = policy.get();
    try (Runners.Permit permit =
        now.inline(input.rows()) ? lane.tryPermit() : Runners.Permit.NONE) {
      BatchQueue.Entry entry = queue.enter(ticket, now, permit);
      entered(ticket, entry);
      if (entry == BatchQueue.Entry.QUEUED) {
        lane.wake();
      }
    }
    return ticket;
  }

  private void entered(Ticket ticket, BatchQueue.Entry entry) {
    switch (entry) {
      case CLOSED -> ticket.finish(new Answer.Closed());
      case EXPIRED -> ticket.finish(new Answer.Expired(Answer.Reached.QUEUE));
      case FULL -> ticket.finish(new Answer.Full());
      case RUNS_HERE -> runHere(ticket);
      case QUEUED -> {}
    }
  }

  Ticket placeSpare(Input input, Deadline deadline) {
    if (queue.rows() == 0 && lane.spare()) {
      return place(input, deadline);
    }
    Ticket ticket = new Ticket(input, deadline, runners.nowNanos());
    ticket.finish(new Answer.Full());
    return ticket;
  }

  /// Takes a caller out; what the model still does for it is thrown away.
  Answer leave(Ticket ticket) {
    if (ticket.answer().isEmpty() && queue.remove(ticket)) {
      ticket.finish(new Answer.Expired(Answer.Reached.QUEUE));
    }
    return ticket.answer().orElse(new Answer.Expired(Answer.Reached.RUN));
  }

  private void runHere(Ticket ticket) {
    try {
      run.run(List.of(ticket));
    } finally {
      queue.ended();
    }
  }

  private void turn() {
    BatchQueue.Found found = queue.find(policy.get(), runners.nowNanos());
    found.againNanos().ifPresent(lane::wakeAt);
    run(found);
  }

  private void run(BatchQueue.Found found) {
    try {
      found.dropped().forEach(late -> late.finish(new Answer.Expired(Answer.Reached.QUEUE)));
      if (!found.batch().isEmpty()) {
        run.run(found.batch());
      }
    } finally {
      queue.ended();
    }
  }

  private void ended(Ran ran, Timeliness timeliness) {
    policy.updateAndGet(before -> before.after(ran, timeliness));
    switch (timeliness) {
      case FINE, LATE -> listener.ran(version, ran);
      case CUT_OFF -> {}
    }
  }
}
