package dev.sluice.batching;

import dev.sluice.batching.QueueView.Waiting;
import dev.sluice.inference.Deadline;
import dev.sluice.inference.Input;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A submitted input and its answer.
///
/// Whoever takes a ticket out of the queue (or refuses it before) owns its input from then on, and
/// is the only one to call [#finish]. The caller may leave earlier; then nobody reads the answer.
final class Ticket {
  private final Input input;
  private final Waiting waiting;
  private final CountDownLatch answered = new CountDownLatch(1);
  private volatile @Nullable Answer answer; // none until finished

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

  Optional<Answer> answer() {
    return Optional.ofNullable(answer);
  }

  /// Gives the buffers back and answers the caller.
  void finish(Answer last) {
    try {
      input.close();
    } finally {
      answer = last;
      answered.countDown();
    }
  }
}
