package dev.sluice.batching;

import dev.sluice.batching.QueueView.Waiting;
import dev.sluice.inference.Deadline;
import dev.sluice.inference.Input;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A submitted input and its answer. Thread-safe.
///
/// Whoever takes a ticket out of the queue (or refuses it before) owns its input from then on, and
/// is the only one to call [#finish]. The caller may leave earlier; then nobody reads the answer.
public final class Ticket {
  private final Input input;
  private final Waiting waiting;
  private final CountDownLatch answered = new CountDownLatch(1);
  private final AtomicReference<Runnable> listener = new AtomicReference<>(Nobody.YET);
  private volatile @Nullable Answer answer; // none until finished

  private enum Nobody implements Runnable {
    YET,
    MORE;

    @Override
    public void run() {}
  }

  Ticket(Input input, Deadline deadline, long nowNanos) {
    this.input = input;
    this.waiting = new Waiting(input.rows(), nowNanos, deadline);
  }

  Input input() {
    return input;
  }

  Waiting waiting() {
    return waiting;
  }

  Deadline deadline() {
    return waiting.deadline();
  }

  CountDownLatch answered() {
    return answered;
  }

  /// The answer, once there is one.
  public Optional<Answer> answer() {
    return Optional.ofNullable(answer);
  }

  /// Calls back once when there is an answer: on the thread that finishes the ticket, which has
  /// others to finish, or at once on this one. For one listener.
  public void whenAnswered(Runnable then) {
    if (!listener.compareAndSet(Nobody.YET, then)) {
      then.run();
    }
  }

  /// Gives the buffers back and answers the caller.
  void finish(Answer last) {
    try {
      input.close();
    } finally {
      answer = last;
      answered.countDown();
      listener.getAndSet(Nobody.MORE).run();
    }
  }
}
