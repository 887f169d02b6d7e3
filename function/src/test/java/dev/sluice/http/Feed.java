package dev.sluice.http;

import dev.sluice.api.Event;
import dev.sluice.api.EventStream;
import dev.sluice.api.Field;
import dev.sluice.api.Problem;
import dev.sluice.api.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A stream of what the test tells it to send.
final class Feed implements EventStream {
  private static final int PATIENCE_SECONDS = 20;

  /// What it is to do next.
  private sealed interface Order {
    record Send(byte[] bytes) implements Order {}

    record Stop() implements Order {}

    record Break() implements Order {}
  }

  /// What became of a stream.
  ///
  /// @param virtual whether the thread was one
  /// @param sent what was taken after the stream's end
  record End(boolean virtual, boolean open, boolean sent) {}

  private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
  private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
  private final CountDownLatch running = new CountDownLatch(1);

  void send(String text) {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  void send(byte[] bytes) {
    orders.add(new Order.Send(bytes));
  }

  void stop() {
    orders.add(new Order.Stop());
  }

  void breakOff() {
    orders.add(new Order.Break());
  }

  boolean runs() throws InterruptedException {
    return running.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  boolean ran() {
    return running.getCount() == 0;
  }

  /// Waits for it.
  End end() throws InterruptedException {
    End end = ends.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (end == null) {
      throw new AssertionError("the stream goes on");
    }
    return end;
  }

  @Override
  public Response opening() {
    return EventStream.head(List.of(new Field("Trace-Id", "t1")));
  }

  @Override
  public Response refuse(Problem problem, String detail) {
    return EchoDoor.text(problem.status(), problem.slug());
  }

  @Override
  public void run(Sink sink) {
    running.countDown();
    try {
      obey(sink);
    } catch (InterruptedException over) {
      // The end shows whether there was one.
    } finally {
      ends.add(
          new End(Thread.currentThread().isVirtual(), sink.open(), sink.send(Event.heartbeat())));
    }
  }

  private Order order() throws InterruptedException {
    Order order = orders.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return order == null ? new Order.Stop() : order;
  }

  private void obey(Sink sink) throws InterruptedException {
    for (boolean goesOn = true; goesOn; ) {
      goesOn =
          switch (order()) {
            case Order.Send(byte[] bytes) -> sink.send(bytes);
            case Order.Stop() -> false;
            case Order.Break() -> throw new IllegalStateException("broken stream");
          };
    }
  }
}
