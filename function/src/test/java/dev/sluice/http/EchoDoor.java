package dev.sluice.http;

import dev.sluice.api.Content;
import dev.sluice.api.Door;
import dev.sluice.api.Entrance;
import dev.sluice.api.Exchange;
import dev.sluice.api.Field;
import dev.sluice.api.Head;
import dev.sluice.api.Problem;
import dev.sluice.api.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/// A small application: `/health` is answered at once, `/echo` gives a body back, `/hold` waits to
/// be let go, `/full` has no room, `/broken` throws, `/manage/…` is passed on.
final class EchoDoor implements Door {
  static final int MOST_BYTES = 1 << 20;

  final AtomicInteger entered = new AtomicInteger();
  final AtomicInteger opened = new AtomicInteger();
  final AtomicInteger answered = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  final AtomicInteger reserved = new AtomicInteger();
  final CountDownLatch held;
  final CountDownLatch release = new CountDownLatch(1);

  EchoDoor() {
    this(1);
  }

  EchoDoor(int held) {
    this.held = new CountDownLatch(held);
  }

  @Override
  public Entrance enter(Head head) {
    entered.incrementAndGet();
    if (head.target().startsWith("/manage/")) {
      return new Entrance.PassOn(List.of());
    }
    return switch (head.target()) {
      case "/health" -> new Entrance.Answered(text(200, "ok"));
      case "/bye" -> new Entrance.Answered(closing("bye"));
      case "/nothing" -> new Entrance.Answered(text(204, ""));
      case "/echo", "/hold", "/full", "/broken" -> new Entrance.Open(new Echo(head.target()));
      case "/breaking" -> throw new IllegalStateException("broken door");
      case "/split" -> new Entrance.Answered(splitting());
      default -> new Entrance.Answered(refuse(Problem.NOT_FOUND, "nothing here"));
    };
  }

  @Override
  public Response refuse(Problem problem, String detail) {
    return text(problem.status(), problem.slug());
  }

  static Response text(int status, String body) {
    return new Response(
        status,
        List.of(new Field("Content-Type", "text/plain")),
        body.getBytes(StandardCharsets.UTF_8),
        Response.After.KEEP);
  }

  private static Response closing(String body) {
    Response kept = text(200, body);
    return new Response(kept.status(), kept.fields(), kept.body(), Response.After.CLOSE);
  }

  private static Response splitting() {
    return new Response(
        200, List.of(new Field("X", "a\r\nY: b")), new byte[0], Response.After.KEEP);
  }

  private final class Echo implements Exchange {
    private final String target;

    private Echo(String target) {
      this.target = target;
      opened.incrementAndGet();
    }

    @Override
    public long maxBodyBytes() {
      return MOST_BYTES;
    }

    @Override
    public boolean reserve(long bytes) {
      reserved.addAndGet((int) bytes);
      return !target.equals("/full");
    }

    @Override
    public Response answer(Content body) {
      if (target.equals("/broken")) {
        throw new IllegalStateException("broken exchange");
      }
      if (target.equals("/hold")) {
        held.countDown();
        letGo();
      }
      answered.incrementAndGet();
      return new Response(200, List.of(), body.bytes(), Response.After.KEEP);
    }

    private void letGo() {
      try {
        release.await();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public Response refuse(Problem problem, String detail) {
      return EchoDoor.this.refuse(problem, detail);
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }
}
