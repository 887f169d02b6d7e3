package dev.sluice.serving;

import dev.sluice.batching.Answer;
import dev.sluice.batching.Batcher;
import dev.sluice.batching.Ticket;
import dev.sluice.inference.Tensor;
import java.util.function.Function;

/// A call that has begun. Whoever began it asks for its reply exactly once: until then nobody knows
/// what became of it. One thread at a time.
public sealed interface Begun {
  /// Sees to it that its run begins: on this thread where that takes microseconds and a runner is
  /// free. Calls that are begun one after the other and pushed then share a run.
  void push();

  /// Whether its reply can be had without waiting, and is made of so few bytes at most.
  boolean answeredWithin(long bytes);

  /// Calls back once when its reply can be had: on a thread that has other work, or at once on this
  /// one. For one listener.
  void whenAnswered(Runnable then);

  /// What became of it; blocks until that is known, at most until the call's deadline.
  Reply reply();

  /// It was over as soon as it began.
  record Over(Reply reply) implements Begun {
    @Override
    public void push() {}

    @Override
    public boolean answeredWithin(long bytes) {
      return true;
    }

    @Override
    public void whenAnswered(Runnable then) {
      then.run();
    }
  }

  /// It is with its version's batcher.
  ///
  /// @param end makes the reply of the answer, and records it
  record Underway(Batcher batcher, Ticket ticket, Function<Answer, Reply> end) implements Begun {
    @Override
    public void push() {
      batcher.push(ticket);
    }

    @Override
    public boolean answeredWithin(long bytes) {
      return ticket.answer().filter(answer -> bytes(answer) <= bytes).isPresent();
    }

    private static long bytes(Answer answer) {
      return switch (answer) {
        case Answer.Done done -> done.outputs().stream().mapToLong(Underway::bytes).sum();
        case Answer.Failed failed -> 0;
        case Answer.Expired expired -> 0;
        case Answer.Full full -> 0;
        case Answer.Closed closed -> 0;
      };
    }

    private static long bytes(Tensor tensor) {
      return switch (tensor) {
        case Tensor.Numbers numbers -> numbers.data().remaining();
        case Tensor.Strings strings -> strings.values().stream().mapToLong(String::length).sum();
      };
    }

    @Override
    public void whenAnswered(Runnable then) {
      ticket.whenAnswered(then);
    }

    @Override
    public Reply reply() {
      push();
      try {
        return end.apply(batcher.await(ticket));
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        // As for a version that is being taken away: nothing counts against it.
        return end.apply(new Answer.Closed());
      }
    }
  }
}
