package dev.sluice.batching;

import dev.sluice.batching.BatchListener.Ran;
import dev.sluice.batching.BatchPolicy.Timeliness;
import dev.sluice.inference.Buffers;
import dev.sluice.inference.Deadline;
import dev.sluice.inference.Input;
import dev.sluice.inference.Model;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Rows;
import dev.sluice.inference.Tensor;
import java.util.List;

/// Runs tickets together and finishes each of them, whatever happens.
///
/// A run that fails is tried again in halves, down to the single input: one bad item fails alone.
/// Finding one among `n` takes `2 log2 n` more runs, and `2n - 2` when all are bad. A run that was
/// cut off at its deadline (the latest of its inputs) is not tried again.
record BatchRun(Model model, Buffers buffers, Runners runners, Observer observer) {
  /// Hears of each run that took its time (those that failed did not), when its tickets are
  /// finished.
  interface Observer {
    void ended(Ran run, Timeliness timeliness);
  }

  private sealed interface Attempt {}

  private record Answered(List<List<Tensor>> outputs) implements Attempt {}

  private record Broken(ModelError error) implements Attempt {}

  void run(List<Ticket> batch) {
    long begunNanos = runners.nowNanos();
    switch (attempt(batch)) {
      case Answered answered -> deliver(batch, answered, begunNanos);
      case Broken(ModelError error) when error.kind() == ModelError.Kind.CANCELLED ->
          cancel(batch, error, begunNanos);
      case Broken(ModelError error) when batch.size() == 1 ->
          batch.getFirst().finish(new Answer.Failed(error));
      case Broken broken -> runHalves(batch);
    }
  }

  /// Anything thrown becomes an answer: the callers of this batch wait, and those of the next one
  /// need the runner. Memory for the joined rows may be what was missing, and halves need less.
  private Attempt attempt(List<Ticket> batch) {
    try (Input joined = Rows.joined(batch.stream().map(Ticket::input).toList(), buffers)) {
      Deadline latest =
          batch.stream().map(Ticket::deadline).reduce(Deadline::orLater).orElseThrow();
      List<Tensor> outputs = model.run(joined.tensors(), latest);
      return new Answered(
          Rows.split(outputs, batch.stream().map(ticket -> ticket.input().rows()).toList()));
    } catch (ModelError error) {
      return new Broken(error);
    } catch (RuntimeException | Error fault) {
      return new Broken(new ModelError(ModelError.Kind.FAILED, "the run broke", fault));
    }
  }

  private void deliver(List<Ticket> batch, Answered answered, long begunNanos) {
    long endNanos = runners.nowNanos();
    long runNanos = endNanos - begunNanos;
    int rows = rows(batch);
    for (int at = 0; at < batch.size(); at++) {
      Ticket ticket = batch.get(at);
      long queueNanos = begunNanos - ticket.waiting().sinceNanos();
      ticket.finish(new Answer.Done(answered.outputs().get(at), queueNanos, runNanos, rows));
    }
    boolean late = batch.stream().anyMatch(ticket -> late(ticket, runNanos, endNanos));
    observer.ended(ran(batch, begunNanos, runNanos), late ? Timeliness.LATE : Timeliness.FINE);
  }

  private static Ran ran(List<Ticket> batch, long begunNanos, long runNanos) {
    long longestNanos = begunNanos - batch.getFirst().waiting().sinceNanos();
    return new Ran(batch.size(), rows(batch), longestNanos, runNanos);
  }

  private static int rows(List<Ticket> batch) {
    return batch.stream().mapToInt(ticket -> ticket.input().rows()).sum();
  }

  private static boolean late(Ticket ticket, long runNanos, long endNanos) {
    return ticket.deadline().passed(endNanos)
        || runNanos > BatchPolicy.shareNanos(ticket.waiting());
  }

  private void cancel(List<Ticket> batch, ModelError error, long begunNanos) {
    long nowNanos = runners.nowNanos();
    for (Ticket ticket : batch) {
      ticket.finish(
          ticket.deadline().passed(nowNanos)
              ? new Answer.Expired(Answer.Reached.RUN)
              : new Answer.Failed(error));
    }
    observer.ended(ran(batch, begunNanos, nowNanos - begunNanos), Timeliness.CUT_OFF);
  }

  private void runHalves(List<Ticket> batch) {
    int middle = (batch.size() + 1) / 2;
    runInTime(batch.subList(0, middle));
    runInTime(batch.subList(middle, batch.size()));
  }

  private void runInTime(List<Ticket> batch) {
    long nowNanos = runners.nowNanos();
    List<Ticket> inTime =
        batch.stream().filter(ticket -> !ticket.deadline().passed(nowNanos)).toList();
    batch.stream()
        .filter(ticket -> ticket.deadline().passed(nowNanos))
        .forEach(ticket -> ticket.finish(new Answer.Expired(Answer.Reached.RUN)));
    if (!inTime.isEmpty()) {
      run(inTime);
    }
  }
}
