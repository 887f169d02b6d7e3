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
class ListenerTest {
  @Test
  void servesOursAndTheFrameworksOnOneKeptConnection() throws IOException {
    try (RunningServer server = RunningServer.start(new EchoDoor());
        Caller caller = server.connect()) {
      for (int round = 0; round < 5; round++) {
        assertThat(caller.get("/health").answer().body()).isEqualTo("ok");
        assertThat(caller.get("/manage/health").answer().body()).contains("\"status\":\"UP\"");
        assertThat(caller.post("/echo", "abc").answer().body()).isEqualTo("abc");
        assertThat(caller.get("/manage/nowhere").answer().status()).isEqualTo(404);
        assertThat(caller.post("/manage/health", "{}").answer().status()).isEqualTo(405);
      }
    }
  }

  @Test
  void answersHeadFromTheFrameworkWithoutABody() throws IOException {
    try (RunningServer server = RunningServer.start(new EchoDoor());
        Caller caller = server.connect()) {
      Answer answer = caller.send("HEAD /manage/health HTTP/1.1\r\nHost: a\r\n\r\n").answerToHead();

      assertThat(answer.status()).isEqualTo(200);
      assertThat(caller.rest()).isEmpty();
    }
  }

  @Test
  void answersMixedPipelinedRequestsInTheirOrder() throws IOException {
    try (RunningServer server = RunningServer.start(new EchoDoor());
        Caller caller = server.connect()) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 50; i++) {
        all.append("GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
        all.append("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n%02d".formatted(i));
        all.append("GET /manage/nowhere HTTP/1.1\r\nHost: a\r\n\r\n");
      }

      caller.send(all.toString()).sayNoMore();

      for (int i = 0; i < 50; i++) {
        assertThat(caller.answer().body()).isEqualTo("ok");
        assertThat(caller.answer().body()).isEqualTo("%02d".formatted(i));
        assertThat(caller.answer().status()).isEqualTo(404);
      }
      assertThat(caller.rest()).isEmpty();
    }
  }

  @Test
  void givesBackABodyLargerThanAnySocketBuffer() throws IOException {
    String body = "0123456789abcdef".repeat(EchoDoor.MOST_BYTES / 16);
    try (RunningServer server = RunningServer.start(new EchoDoor());
        Caller caller = server.connect()) {
      for (int round = 0; round < 3; round++) {
        assertThat(caller.post("/echo", body).answer().body()).isEqualTo(body);
      }
    }
  }

  @Test
  void letsACallerGoOnSendingForAMomentAfterItsRefusal() throws IOException {
    try (RunningServer server =
            RunningServer.start(new EchoDoor(), Limits.defaults(), Timings.defaults());
        Caller caller = server.connect()) {
      caller.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n");
      assertThat(caller.answer().status()).isEqualTo(413);
      assertThat(caller.socket().getInputStream().read()).isEqualTo(-1);

      for (int i = 0; i < 40; i++) {
        caller.socket().getOutputStream().write(new byte[100_000]);
      }
    }
  }

  @Test
  void readsNothingMoreWhileARequestIsBeingAnswered() throws Exception {
    EchoDoor door = new EchoDoor();
    try (RunningServer server = RunningServer.start(door);
        Caller caller = server.connect()) {
      caller.get("/hold");
      door.held.await();

      caller.get("/health");
      caller.get("/health");
      try (Caller other = server.connect()) {
        assertThat(other.get("/health").answer().status()).isEqualTo(200);
      }
      int entered = door.entered.get();
      door.release.countDown();

      assertThat(entered).isEqualTo(2);
      assertThat(caller.answer().status()).isEqualTo(200);
      assertThat(caller.answer().body()).isEqualTo("ok");
      assertThat(caller.answer().body()).isEqualTo("ok");
    }
  }

  @Test
  void closesConnectionsBeyondTheLimitAtOnce() throws IOException {
    try (RunningServer server =
        RunningServer.start(
            new EchoDoor(), Limits.defaults().withConnections(2), RunningServer.SHORT)) {
      try (Caller first = server.connect();
          Caller second = server.connect()) {
        assertThat(first.get("/health").answer().status()).isEqualTo(200);
        assertThat(second.get("/health").answer().status()).isEqualTo(200);
        try (Caller third = server.connect()) {
          assertThat(third.get("/health").rest()).isEmpty();
        }
        assertThat(server.listener().traffic().refused()).isEqualTo(1);
        assertThat(server.listener().traffic().open()).isEqualTo(2);
        assertThat(first.get("/health").answer().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void completesEveryRequestInFlightWhenTheDoorCloses() throws Exception {
    EchoDoor door = new EchoDoor(20);
    List<Caller> callers = new ArrayList<>();
    try (RunningServer server = RunningServer.start(door, Limits.defaults(), Timings.defaults())) {
      for (int i = 0; i < 20; i++) {
        callers.add(server.connect().post("/hold", "body " + i));
      }
      Caller idle = server.connect();
      assertThat(idle.get("/health").answer().says("connection: close")).isFalse();
      Caller kept = server.connect();
      kept.get("/health").answer();
      door.held.await();

      server.listener().closeDoor();

      Answer goodbye = kept.get("/health").answer();
      assertThat(goodbye.says("connection: close")).isTrue();
      assertThat(server.listener().awaitQuiet(Duration.ofMillis(1))).isFalse();
      assertThat(idle.rest()).isEmpty();
      door.release.countDown();
      for (int i = 0; i < 20; i++) {
        Answer answer = callers.get(i).answer();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("body " + i);
        assertThat(answer.says("connection: close")).isTrue();
        assertThat(callers.get(i).rest()).isEmpty();
        callers.get(i).close();
      }
      assertThat(server.listener().awaitQuiet(Duration.ofSeconds(20))).isTrue();
      assertThat(door.closed).hasValue(20);
      idle.close();
      kept.close();
    }
  }

  @Test
  void dropsTheAnswerAndGivesEverythingBackWhenTheCallerLeaves() throws Exception {
    EchoDoor door = new EchoDoor(10);
    try (RunningServer server = RunningServer.start(door)) {
      for (int i = 0; i < 10; i++) {
        try (Caller caller = server.connect()) {
          caller.socket().setSoLinger(true, 0);
          caller.post("/hold", "body");
        }
      }
      door.release.countDown();

      server.listener().closeDoor();

      assertThat(server.listener().awaitQuiet(Duration.ofSeconds(20))).isTrue();
      assertThat(door.closed.get()).isEqualTo(door.opened.get());
      // One that was still on its way in when the door closed is taken in, and its end found,
      // later.
      long patience = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (server.listener().traffic().open() > 0 && System.nanoTime() < patience) {
        Thread.onSpinWait();
      }
      assertThat(server.listener().traffic().open()).isZero();
    }
  }
}
