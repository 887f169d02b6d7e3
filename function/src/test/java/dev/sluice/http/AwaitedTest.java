package dev.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Content;
import dev.sluice.api.Entrance;
import dev.sluice.api.Exchange;
import dev.sluice.api.Pending;
import dev.sluice.api.Problem;
import dev.sluice.api.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AwaitedTest {
  private static final String POST =
      "POST /model HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";

  private final EchoDoor refusals = new EchoDoor();
  private final List<Slow> begun = new ArrayList<>();
  private boolean known;
  private final Wired wired = new Wired(head -> new Entrance.Open(new Asked()), refusals);
  private int closed;

  /// An answer that the test gives when it likes.
  private final class Slow implements Pending {
    private boolean ready;
    private boolean large;
    private int pushed;
    private int asked;
    private Optional<Runnable> listener = Optional.empty();

    void answered() {
      ready = !large;
      listener.ifPresent(Runnable::run);
      wired.channel.runPendingTasks();
    }

    @Override
    public void push() {
      pushed++;
      ready |= known;
    }

    @Override
    public boolean ready() {
      return ready;
    }

    @Override
    public void whenReady(Runnable then) {
      listener = Optional.of(then);
    }

    @Override
    public Response response() {
      asked++;
      return EchoDoor.text(200, "answer");
    }

    @Override
    public Duration remaining() {
      return Duration.ofSeconds(2);
    }
  }

  private final class Asked implements Exchange {
    @Override
    public long maxBodyBytes() {
      return 100;
    }

    @Override
    public boolean reserve(long bytes) {
      return true;
    }

    @Override
    public Optional<Pending> begin(Content body) {
      var slow = new Slow();
      begun.add(slow);
      return Optional.of(slow);
    }

    @Override
    public Response answer(Content body) {
      throw new AssertionError("this one is begun");
    }

    @Override
    public Response refuse(Problem problem, String detail) {
      return refusals.refuse(problem, detail);
    }

    @Override
    public void close() {
      closed++;
    }
  }

  private Slow only() {
    assertThat(begun).hasSize(1);
    return begun.getFirst();
  }

  @Test
  void answersWithoutAThreadWhatThePushBrought() {
    known = true;

    wired.send(POST);

    assertThat(wired.said()).startsWith("HTTP/1.1 200 ").endsWith("answer");
    assertThat(wired.work).isEmpty();
    assertThat(only().pushed).isEqualTo(1);
    assertThat(only().asked).isEqualTo(1);
    assertThat(closed).isEqualTo(1);
  }

  @Test
  void answersWhenItIsToldAndGoesOnWithTheNext() {
    wired.send(POST + POST);
    assertThat(wired.said()).isEmpty();
    assertThat(begun).as("one after the other").hasSize(1);

    begun.getFirst().answered();

    assertThat(wired.said()).startsWith("HTTP/1.1 200 ");
    assertThat(begun).hasSize(2);
    begun.get(1).answered();
    assertThat(wired.said()).startsWith("HTTP/1.1 200 ");
    assertThat(wired.work).isEmpty();
    assertThat(closed).isEqualTo(2);
  }

  @Test
  void aThreadWritesALargeAnswer() {
    wired.send(POST);
    only().large = true;

    only().answered();
    assertThat(wired.said()).isEmpty();
    wired.answerAll();

    assertThat(wired.said()).startsWith("HTTP/1.1 200 ");
    assertThat(only().asked).isEqualTo(1);
  }

  @Test
  void aThreadAsksAtTheDeadlineAndNobodyAsksTwice() {
    wired.send(POST);

    wired.pass(Duration.ofMillis(1_999));
    assertThat(wired.work).isEmpty();
    wired.pass(Duration.ofMillis(1));
    assertThat(wired.work).hasSize(1);
    only().answered();
    wired.answerAll();

    assertThat(wired.said()).startsWith("HTTP/1.1 200 ");
    assertThat(only().asked).isEqualTo(1);
    assertThat(closed).isEqualTo(1);
  }

  @Test
  void anAnswerInTimeStopsTheClock() {
    wired.send(POST);
    only().answered();

    wired.pass(Duration.ofSeconds(3));

    assertThat(wired.work).isEmpty();
    assertThat(only().asked).isEqualTo(1);
  }

  @Test
  void whatBecameOfTheRequestIsRecordedWhenTheCallerIsGone() {
    wired.send(POST);

    wired.leave();
    assertThat(closed).as("the model still reads its memory").isZero();
    only().answered();

    assertThat(only().asked).isEqualTo(1);
    assertThat(closed).isEqualTo(1);
  }
}
