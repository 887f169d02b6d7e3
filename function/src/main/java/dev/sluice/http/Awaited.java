package dev.sluice.http;

import dev.sluice.api.Pending;
import dev.sluice.api.Response;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A response that a connection waits for without a thread.
///
///     begun ─▶ end of the loop's round: push ─┬─ ready ───────────────────▶ delivered
///                                             └─ whenReady, or deadline ─┬─▶ delivered
///                                         large: a thread writes it ─────┘
///
/// What one round of the event loop reads from all its connections is begun before the first of it
/// is pushed, and so shares a run of the model.
///
/// Lives on the connection's event loop. The response is asked for exactly once, also when the
/// connection is gone or the loop has ended.
final class Awaited {
  private final Shell shell;
  private final EventExecutor loop;
  private final Pending pending;
  private final Consumer<Response> deliver;
  private final Runnable lost;
  private boolean asked;
  private @Nullable ScheduledFuture<?> timer; // absent until it has to wait

  /// @param deliver takes the response, on the loop
  /// @param lost is told that the loop has ended, on any thread
  Awaited(
      Shell shell, EventExecutor loop, Pending pending, Consumer<Response> deliver, Runnable lost) {
    this.shell = shell;
    this.loop = loop;
    this.pending = pending;
    this.deliver = deliver;
    this.lost = lost;
  }

  /// At the end of this round of the loop.
  void begin() {
    onLoop(this::push);
  }

  private void push() {
    shell.push(pending);
    if (pending.ready()) {
      ask();
      return;
    }
    timer = loop.schedule(this::take, pending.remaining().toNanos(), TimeUnit.NANOSECONDS);
    pending.whenReady(() -> onLoop(this::arrived));
  }

  private void arrived() {
    if (pending.ready()) {
      ask();
    } else {
      take();
    }
  }

  private void ask() {
    if (claimed()) {
      deliver.accept(shell.response(pending));
    }
  }

  /// On a thread of its own.
  private void take() {
    if (claimed()) {
      try {
        shell.workers().execute(this::work);
      } catch (RejectedExecutionException ending) {
        deliver.accept(shell.response(pending));
      }
    }
  }

  private void work() {
    Response response = shell.response(pending);
    try {
      loop.execute(() -> deliver.accept(response));
    } catch (RejectedExecutionException ended) {
      lost.run();
    }
  }

  private boolean claimed() {
    boolean first = !asked;
    asked = true;
    ScheduledFuture<?> waiting = timer;
    if (first && waiting != null) {
      boolean unused = waiting.cancel(false);
    }
    return first;
  }

  private void onLoop(Runnable step) {
    try {
      loop.execute(step);
    } catch (RejectedExecutionException ended) {
      // Nobody is left to be answered, but what became of the request is still to be recorded.
      Response unused = shell.response(pending);
      lost.run();
    }
  }
}
