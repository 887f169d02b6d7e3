package dev.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Entrance;
import dev.sluice.api.Head;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationTest {
  private final EchoDoor door = new EchoDoor();
  private final Wired wired = new Wired(door);

  private static String post(String target, String body) {
    return "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(target, body.length(), body);
  }

  @Test
  void answersWithLengthAndDateAndKeepsTheConnection() {
    wired.send(post("/echo", "abc"));
    wired.answerAll();

    assertThat(wired.said())
        .startsWith("HTTP/1.1 200 OK\r\nDate: ")
        .contains(" GMT\r\n")
        .contains("Content-Length: 3\r\n")
        .doesNotContain("Connection")
        .endsWith("\r\n\r\nabc");
    assertThat(wired.channel.isOpen()).isTrue();
    assertThat(door.closed).hasValue(1);
  }

  @Test
  void answersHeadWithTheLengthAndWithoutTheBody() {
    wired.send("HEAD /health HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(wired.said()).contains("Content-Length: 2\r\n").endsWith("\r\n\r\n");
  }

  @Test
  void givesNoLengthWhereThereCanBeNoBody() {
    wired.send("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(wired.said()).startsWith("HTTP/1.1 204 ").doesNotContain("Content-Length");
  }

  @Test
  void keepsAnOldConnectionOnlyWhenAskedAndSaysSo() {
    wired.send("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assertThat(wired.said()).contains("Connection: keep-alive\r\n");

    wired.send("GET /health HTTP/1.0\r\n\r\n");

    assertThat(wired.said()).contains("Connection: close\r\n");
    assertThat(wired.channel.isOpen()).isFalse();
  }

  @Test
  void closesWhenTheCallerOrTheAnswerSaysSo() {
    wired.send("GET /bye HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(wired.said()).contains("Connection: close\r\n");
    assertThat(wired.channel.isOpen()).isFalse();
  }

  @Test
  void tellsToGoOnOnlyAfterTheDoorOpened() {
    wired.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    assertThat(wired.said()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    assertThat(door.reserved).hasValue(0);
    wired.send("a");
    wired.answerAll();

    assertThat(wired.said()).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void closesTheExchangeOnceWhenTheCallerLeavesBeforeTheAnswer() {
    wired.send(post("/echo", "abc"));
    wired.leave();
    assertThat(door.closed).hasValue(0);
    assertThat(wired.traffic.open()).isEqualTo(1);
    wired.answerAll();

    assertThat(door.closed).hasValue(1);
    assertThat(wired.traffic.open()).isZero();
    assertThat(wired.said()).isEmpty();
  }

  @Test
  void closesTheExchangeOnceWhenTheCallerLeavesWithinTheBody() {
    wired.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
    wired.leave();

    assertThat(door.closed).hasValue(1);
    assertThat(wired.work).isEmpty();
  }

  @Test
  void closesTheExchangeOnceForEachRefusal() {
    wired.send(post("/full", "abc"));

    assertThat(wired.said()).startsWith("HTTP/1.1 503 ").contains("Connection: close");
    assertThat(wired.channel.isOpen()).isFalse();
    assertThat(door.closed).hasValue(1);
  }

  @Test
  void takesRoomForWhatHasComeWhateverWasDeclared() {
    wired.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");
    assertThat(door.reserved).hasValue(0);
    wired.send("1234");
    assertThat(door.reserved).hasValue(4);
    wired.send("56789");
    wired.answerAll();
    wired.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    assertThat(door.reserved).hasValue(9);
    wired.send("2\r\nab\r\n");

    assertThat(door.reserved).hasValue(11);
  }

  @Test
  void keepsTheConnectionWhenASmallBodyIsTooLarge() {
    String body = "a".repeat(2_000);
    var small = new Wired(head -> new Entrance.Open(new Tight(door)), door);

    small.send(post("/any", body));
    small.send(post("/any", body));

    assertThat(small.said()).contains("HTTP/1.1 413 ").doesNotContain("Connection: close");
    assertThat(small.channel.isOpen()).isTrue();
  }

  @Test
  void dropsASmallBodyNobodyWantsAndKeepsTheConnection() {
    wired.send(post("/x", "a".repeat(65_536)) + post("/echo", "b"));
    wired.answerAll();

    assertThat(wired.said()).startsWith("HTTP/1.1 404 ").endsWith("b");
  }

  @Test
  void endsTheConnectionRatherThanReadALargeBodyNobodyWants() {
    wired.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n");

    assertThat(wired.said()).startsWith("HTTP/1.1 404 ").contains("Connection: close");
    assertThat(wired.channel.isOpen()).isFalse();
  }

  @Test
  void endsTheConnectionWithoutAnotherWordWhenAnUnwantedBodyGrowsLarge() {
    wired.send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    assertThat(wired.said()).startsWith("HTTP/1.1 404 ");
    wired.send("10001\r\n" + "a".repeat(65_537));

    assertThat(wired.said()).isEmpty();
    assertThat(wired.channel.isOpen()).isFalse();
  }

  @Test
  void decodesNothingWhileARequestIsBeingAnswered() {
    wired.send(post("/echo", "one") + post("/echo", "two") + post("/echo", "three"));

    assertThat(door.entered).hasValue(1);
    assertThat(wired.work).hasSize(1);
    wired.answerAll();
    assertThat(door.entered).hasValue(3);
    assertThat(wired.said()).contains("one").contains("two").endsWith("three");
  }

  @Test
  void saysInternalErrorInsteadOfAFieldThatBreaksOutOfItsLine() {
    wired.send("GET /split HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(wired.said()).startsWith("HTTP/1.1 500 ").doesNotContain("Y: b");
  }

  @Test
  void tellsTheDoorWhatTheHeadSays() {
    List<Head> heads = new ArrayList<>();
    var seen =
        new Wired(
            head -> {
              heads.add(head);
              return door.enter(head);
            },
            door);

    seen.send("POST /health?a=b HTTP/1.1\r\nHost: a\r\nX: 1\r\nx: 2\r\nContent-Length: 7\r\n\r\n");

    Head head = heads.getFirst();
    assertThat(head.method()).isEqualTo("POST");
    assertThat(head.target()).isEqualTo("/health?a=b");
    assertThat(head.headers().all("X")).containsExactly("1", "2");
    assertThat(head.headers().first("x")).contains("1");
    assertThat(head.headers().first("y")).isEmpty();
    assertThat(head.contentLength()).isEqualTo(7);
  }

  @Test
  void idleConnectionsMakeRoomWhenNearlyAllAreTaken() {
    Wired alone = new Wired(door);
    Wired crowded = new Wired(door, Limits.defaults().withConnections(1));

    for (Wired each : List.of(alone, crowded)) {
      each.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
      each.pass(Duration.ofSeconds(10));
    }

    assertThat(alone.channel.isOpen()).isTrue();
    assertThat(crowded.channel.isOpen()).isFalse();
  }

  @Test
  void cutsOffAConnectionWhoseFrameworkSaysNothing() {
    Wired wired = new Wired(head -> new Entrance.PassOn(List.of()), new EchoDoor());

    wired.send("GET /manage/health HTTP/1.1\r\nHost: a\r\n\r\n");
    wired.pass(Duration.ofSeconds(29));
    assertThat(wired.channel.isOpen()).isTrue();
    wired.pass(Duration.ofSeconds(2));

    assertThat(wired.channel.isOpen()).isFalse();
  }
}
