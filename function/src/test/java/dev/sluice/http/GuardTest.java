package dev.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GuardTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";

  private final EchoDoor door = new EchoDoor();
  private final Wired wired = new Wired(door);

  @Test
  void closesAConnectionOnWhichNothingIsSaidAfterFiveSeconds() {
    wired.pass(Duration.ofMillis(4_999));
    assertThat(wired.channel.isOpen()).isTrue();

    wired.pass(Duration.ofMillis(1));

    assertThat(wired.channel.isOpen()).isFalse();
    assertThat(wired.said()).isEmpty();
    assertThat(wired.traffic.open()).isZero();
  }

  @Test
  void endsAHeadThatDripsFiveSecondsAfterItsFirstByte() {
    wired.pass(SECOND.multipliedBy(4));
    for (int i = 0; i < 5; i++) {
      wired.send(HEALTH.substring(i, i + 1));
      assertThat(wired.channel.isOpen()).isTrue();
      wired.pass(SECOND);
    }

    assertThat(wired.said()).startsWith("HTTP/1.1 408 ").contains("Connection: close");
    assertThat(wired.channel.isOpen()).isFalse();
    assertThat(wired.traffic.timeouts()).isEqualTo(1);
    assertThat(door.entered).hasValue(0);
  }

  @Test
  void endsABodyThatDripsTenSecondsAfterItsHead() {
    wired.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
    for (int i = 0; i < 10; i++) {
      assertThat(wired.channel.isOpen()).isTrue();
      wired.send("a");
      wired.pass(SECOND);
    }

    assertThat(wired.said()).startsWith("HTTP/1.1 408 ");
    assertThat(wired.channel.isOpen()).isFalse();
    assertThat(door.closed).hasValue(1);
    assertThat(door.answered).hasValue(0);
  }

  @Test
  void letsAKeptConnectionBeIdleForSeventyFiveSecondsThenGivesTheNextHeadFive() {
    wired.send(HEALTH);
    assertThat(wired.said()).startsWith("HTTP/1.1 200 ");
    wired.pass(SECOND.multipliedBy(74));
    wired.send("G");
    wired.pass(Duration.ofMillis(4_999));
    assertThat(wired.channel.isOpen()).isTrue();
    wired.pass(Duration.ofMillis(1));

    assertThat(wired.said()).startsWith("HTTP/1.1 408 ");
    assertThat(wired.channel.isOpen()).isFalse();
  }

  @Test
  void closesAnIdleConnectionWithoutAWord() {
    wired.send(HEALTH);
    wired.said();
    wired.pass(SECOND.multipliedBy(75));

    assertThat(wired.said()).isEmpty();
    assertThat(wired.channel.isOpen()).isFalse();
    assertThat(wired.traffic.timeouts()).isZero();
  }

  @Test
  void hasPatienceWithAnAnswerThatTakesLong() {
    wired.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na");
    wired.pass(SECOND.multipliedBy(600));
    assertThat(wired.channel.isOpen()).isTrue();
    wired.answerAll();

    assertThat(wired.said()).startsWith("HTTP/1.1 200 ");
    assertThat(wired.channel.isOpen()).isTrue();
  }

  @Test
  void cutsACallerThatDoesNotReadItsAnswerAfterThirtySeconds() {
    wired.stopReading();
    wired.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na");
    wired.answerAll();
    wired.pass(SECOND.multipliedBy(29));
    assertThat(wired.channel.isOpen()).isTrue();
    assertThat(door.closed).hasValue(0);
    wired.pass(SECOND);

    assertThat(wired.channel.isOpen()).isFalse();
    assertThat(door.closed).hasValue(1);
    assertThat(wired.traffic.timeouts()).isEqualTo(1);
  }

  @Test
  void seesOffAnIdleConnectionSoonWhenTheDoorIsClosed() {
    wired.send(HEALTH);
    wired.said();

    wired.drain();
    wired.pass(Duration.ofMillis(1_999));
    assertThat(wired.channel.isOpen()).isTrue();
    wired.pass(Duration.ofMillis(1));

    assertThat(wired.channel.isOpen()).isFalse();
  }
}
