package dev.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.http.Caller.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StreamingTest {
  private static final String EVENTS = "GET /events HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Timings IMPATIENT =
      new Timings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMillis(300),
          Duration.ofSeconds(20),
          Duration.ofSeconds(2));

  private final FeedDoor door = new FeedDoor();

  @Test
  void sendsTheHeadBeforeAnyEventAndEachEventAtOnce() throws Exception {
    try (RunningServer server = RunningServer.start(door);
        Caller caller = server.connect()) {
      Answer head = caller.send(EVENTS).answerToHead();
      Feed feed = door.feed();
      feed.send("data: one\n\n");
      String first = caller.chunk();
      feed.send("data: two\n\n");
      String second = caller.chunk();

      assertThat(head.status()).isEqualTo(200);
      assertThat(head.lines())
          .contains(
              "Content-Type: text/event-stream",
              "Cache-Control: no-store",
              "X-Accel-Buffering: no",
              "Trace-Id: t1",
              "Transfer-Encoding: chunked",
              "Connection: close")
          .noneMatch(line -> line.startsWith("Content-Length"));
      assertThat(first).isEqualTo("data: one\n\n");
      assertThat(second).isEqualTo("data: two\n\n");
    }
  }

  @Test
  void endsTheBodyAndTheConnectionWhenThereAreNoMoreEvents() throws Exception {
    try (RunningServer server = RunningServer.start(door);
        Caller caller = server.connect()) {
      caller.send(EVENTS).answerToHead();
      Feed feed = door.feed();
      feed.send("data: one\n\n");
      feed.stop();

      assertThat(caller.rest()).isEqualTo("b\r\ndata: one\n\n\r\n4\r\n: \n\n\r\n0\r\n\r\n");
      assertThat(feed.end().virtual()).isTrue();
    }
  }

  @Test
  void sendsPlainBytesToAnOldCaller() throws Exception {
    try (RunningServer server = RunningServer.start(door);
        Caller caller = server.connect()) {
      Answer head = caller.send("GET /events HTTP/1.0\r\n\r\n").answerToHead();
      Feed feed = door.feed();
      feed.send("data: one\n\n");
      feed.stop();

      assertThat(head.lines())
          .contains("Connection: close")
          .noneMatch(line -> line.startsWith("Transfer-Encoding"));
      assertThat(caller.rest()).isEqualTo("data: one\n\n: \n\n");
    }
  }

  @Test
  void sendsNothingForAnEventOfNoBytes() throws Exception {
    try (RunningServer server = RunningServer.start(door);
        Caller caller = server.connect()) {
      caller.send(EVENTS).answerToHead();
      Feed feed = door.feed();
      feed.send("");
      feed.send("data: one\n\n");

      assertThat(caller.chunk()).isEqualTo("data: one\n\n");
    }
  }

  @Test
  void answersNothingBehindAStream() throws Exception {
    try (RunningServer server = RunningServer.start(door);
        Caller caller = server.connect()) {
      caller.send(EVENTS + "GET /health HTTP/1.1\r\nHost: a\r\n\r\n").answerToHead();
      caller.get("/health");
      Feed feed = door.feed();
      feed.send("data: one\n\n");
      caller.chunk();
      caller.get("/health");
      feed.stop();

      assertThat(caller.rest()).isEqualTo("4\r\n: \n\n\r\n0\r\n\r\n");
      assertThat(door.entered).hasValue(1);
    }
  }

  @Test
  void endsWhenItsCallerLeaves() throws Exception {
    try (RunningServer server = RunningServer.start(door)) {
      Caller caller = server.connect();
      caller.send(EVENTS).answerToHead();
      Feed feed = door.feed();
      assertThat(feed.runs()).isTrue();

      caller.close();

      assertThat(feed.end()).isEqualTo(new Feed.End(true, false, false));
    }
  }

  @Test
  void endsWhenItsCallerVanishes() throws Exception {
    try (RunningServer server = RunningServer.start(door)) {
      Caller caller = server.connect();
      caller.send(EVENTS).answerToHead();
      Feed feed = door.feed();
      assertThat(feed.runs()).isTrue();

      caller.socket().setSoLinger(true, 0);
      caller.close();

      assertThat(feed.end()).isEqualTo(new Feed.End(true, false, false));
    }
  }

  @Test
  void cutsACallerThatDoesNotRead() throws Exception {
    try (RunningServer server = RunningServer.start(door, Limits.defaults(), IMPATIENT);
        Caller caller = server.connect()) {
      caller.send(EVENTS).answerToHead();
      Feed feed = door.feed();
      for (int i = 0; i < 64; i++) {
        feed.send(new byte[1 << 20]);
      }

      assertThat(feed.end()).isEqualTo(new Feed.End(true, false, false));
      assertThat(server.listener().traffic().timeouts()).isEqualTo(1);
    }
  }

  @Test
  void refusesOneStreamTooManyUntilAnotherHasEnded() throws Exception {
    List<Caller> callers = new ArrayList<>();
    try (RunningServer server = RunningServer.start(door);
        Caller surplus = server.connect()) {
      for (int i = 0; i < 64; i++) {
        Caller caller = server.connect();
        callers.add(caller);
        assertThat(caller.send(EVENTS).answerToHead().status()).isEqualTo(200);
      }
      Answer refused = surplus.send(EVENTS).answer();

      callers.getFirst().close();
      door.feed().end();

      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.body()).isEqualTo("overloaded");
      assertThat(admitted(surplus)).isTrue();
      for (Caller caller : callers) {
        caller.close();
      }
    }
  }

  /// A place is given back a moment after its stream has ended.
  private static boolean admitted(Caller caller) throws IOException {
    long began = System.nanoTime();
    while (System.nanoTime() - began < PATIENCE.toNanos()) {
      if (caller.send(EVENTS).answerToHead().status() == 200) {
        return true;
      }
      caller.socket().getInputStream().readNBytes("overloaded".length());
    }
    return false;
  }

  @Test
  void endsEveryStreamWhenTheDoorCloses() throws Exception {
    List<Caller> callers = new ArrayList<>();
    try (RunningServer server = RunningServer.start(door)) {
      for (int i = 0; i < 10; i++) {
        callers.add(server.connect().send(EVENTS));
        callers.getLast().answerToHead();
      }

      server.listener().closeDoor();

      for (Caller caller : callers) {
        assertThat(caller.rest()).isEqualTo("0\r\n\r\n");
        assertThat(door.feed().end().open()).isFalse();
        caller.close();
      }
      assertThat(server.listener().awaitQuiet(PATIENCE)).isTrue();
      assertThat(server.listener().traffic().open()).isZero();
    }
  }

  @Test
  void doesNotLookWholeWhenTheStreamBreaks() throws Exception {
    try (RunningServer server = RunningServer.start(door);
        Caller caller = server.connect()) {
      caller.send(EVENTS).answerToHead();
      door.feed().breakOff();

      assertThat(caller.rest()).isEqualTo("4\r\n: \n\n\r\n");
    }
  }

  @Test
  void answersHeadWithTheHeadAlone() {
    var wired = new Wired(door);

    wired.send("HEAD /events HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(wired.said())
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("Content-Type: text/event-stream\r\n", "Transfer-Encoding: chunked\r\n")
        .doesNotContain("Content-Length")
        .endsWith("\r\n\r\n");
    assertThat(wired.work).isEmpty();
    assertThat(wired.channel.isOpen()).isFalse();
  }

  @Test
  void letsAStreamOnWhichNothingHappensGoOn() {
    var wired = new Wired(door);
    wired.send(EVENTS);

    wired.pass(Duration.ofHours(1));

    assertThat(wired.channel.isOpen()).isTrue();
    assertThat(wired.traffic.timeouts()).isZero();
  }

  @Test
  void cutsACallerThatHasNotReadForTenSeconds() {
    var wired = new Wired(door);
    wired.stopReading();
    wired.send(EVENTS);

    wired.pass(Duration.ofMillis(9_999));
    assertThat(wired.channel.isOpen()).isTrue();
    wired.pass(Duration.ofMillis(1));

    assertThat(wired.channel.isOpen()).isFalse();
    assertThat(wired.traffic.timeouts()).isEqualTo(1);
  }

  @Test
  void runsNothingForACallerThatLeftBefore() {
    var wired = new Wired(door);
    wired.send(EVENTS);
    wired.leave();
    assertThat(wired.traffic.open()).isEqualTo(1);

    wired.answerAll();

    assertThat(door.feed().ran()).isFalse();
    assertThat(wired.traffic.open()).isZero();
  }

  @Test
  void doesNotWaitForACallerThatDoesNotReadWhenTheDoorCloses() {
    var wired = new Wired(door);
    wired.stopReading();
    wired.send(EVENTS);

    wired.drain();

    assertThat(wired.channel.isOpen()).isFalse();
    wired.answerAll();
    assertThat(wired.traffic.open()).isZero();
  }

  @Test
  void beginsNoStreamOnceTheDoorIsClosed() {
    var wired = new Wired(door);
    wired.drain();

    wired.send(EVENTS);

    assertThat(wired.said()).startsWith("HTTP/1.1 503 ").endsWith("shutting-down");
    assertThat(wired.work).isEmpty();
  }

  @Test
  void dropsTheBodyOfARequestForAStream() {
    var wired = new Wired(door);

    wired.send("GET /events HTTP/1.1\r\nHost: a\r\nContent-Length: 37\r\n\r\n");
    wired.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n....");

    assertThat(wired.said()).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
    assertThat(door.entered).hasValue(1);
  }
}
