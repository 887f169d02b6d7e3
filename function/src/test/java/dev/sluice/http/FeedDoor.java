package dev.sluice.http;

import dev.sluice.api.Door;
import dev.sluice.api.Entrance;
import dev.sluice.api.Head;
import dev.sluice.api.Problem;
import dev.sluice.api.Response;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Behind `/events` is a feed for each request; anything else is answered at once.
final class FeedDoor implements Door {
  final AtomicInteger entered = new AtomicInteger();
  private final Queue<Feed> feeds = new ConcurrentLinkedQueue<>();

  /// The next one in the order in which they were asked for.
  Feed feed() {
    return feeds.remove();
  }

  @Override
  public Entrance enter(Head head) {
    entered.incrementAndGet();
    if (!head.target().equals("/events")) {
      return new Entrance.Answered(EchoDoor.text(200, "ok"));
    }
    var feed = new Feed();
    feeds.add(feed);
    return new Entrance.Stream(feed);
  }

  @Override
  public Response refuse(Problem problem, String detail) {
    return EchoDoor.text(problem.status(), problem.slug());
  }
}
