package dev.sluice.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Content;
import dev.sluice.api.Door;
import dev.sluice.api.Entrance;
import dev.sluice.api.Exchange;
import dev.sluice.api.Field;
import dev.sluice.api.Head;
import dev.sluice.api.Problem;
import dev.sluice.api.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceptionTest {
  private static final int MOST = 4;
  private static final long ROOM = 3;

  private final List<String> log = new ArrayList<>();
  private final Reception reception = new Reception(new Recording(), () -> 7);

  private static Asked asked(String target, String body, Shape shape) {
    return new Asked("POST", target, List.of(), "", body.getBytes(StandardCharsets.UTF_8), shape);
  }

  private String said(Asked asked) {
    return switch (reception.receive(asked)) {
      case Reception.Received.Answered(Response response) ->
          new String(response.body(), StandardCharsets.UTF_8);
      case Reception.Received.PassOn(List<Field> fields) -> "passed on " + fields.size();
    };
  }

  @Test
  void anExchangeIsAnsweredAndClosedOnce() {
    assertThat(said(asked("/predict", "abc", Shape.REST))).isEqualTo("answer to abc");
    assertThat(log).containsExactly("enter /predict at 7", "reserve 3", "answer", "close");
  }

  @Test
  void aBodyOverTheLimitIsNotReadAndTheExchangeIsClosed() {
    assertThat(said(asked("/predict", "abcde", Shape.HTTP)))
        .isEqualTo("PAYLOAD_TOO_LARGE the body may have 4 bytes");
    assertThat(log).containsExactly("enter /predict at 7", "close");
  }

  @Test
  void aBodyForWhichThereIsNoRoomIsRefused() {
    assertThat(said(asked("/predict", "abcd", Shape.HTTP))).startsWith("OVERLOADED");
    assertThat(log).containsExactly("enter /predict at 7", "reserve 4", "close");
  }

  @ParameterizedTest
  @EnumSource(
      value = Shape.class,
      names = {"REST", "HTTP", "BALANCER", "BALANCER_SINGLE"})
  void nobodyOutsideComesToTheDoorOfOperators(Shape shape) {
    for (String path : List.of("/admin/config", "/manage", "/manage/info", "/admin/rollouts/a")) {
      assertThat(said(asked(path + "?a=/predict", "", shape))).startsWith("FORBIDDEN");
    }
    assertThat(log).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/manage/info", "/manage"})
  void anInvocationIsPassedOnToTheFramework(String path) {
    assertThat(said(asked(path, "", Shape.INVOCATION))).isEqualTo("passed on 1");
  }

  @Test
  void aDoorThatBreaksItsPromiseCostsOneAnswer() {
    assertThat(said(asked("/broken", "", Shape.REST)))
        .isEqualTo("INTERNAL " + Problem.INTERNAL.title());
  }

  private static Response response(String text) {
    return new Response(200, List.of(), text.getBytes(StandardCharsets.UTF_8), Response.After.KEEP);
  }

  private final class Recording implements Door {
    @Override
    public Entrance enter(Head head) {
      if (head.target().equals("/broken")) {
        throw new IllegalStateException("broken");
      }
      log.add("enter " + head.target() + " at " + head.arrivedNanos());
      return head.target().startsWith("/manage")
          ? new Entrance.PassOn(List.of(new Field("Trace-Id", "a")))
          : new Entrance.Open(new Recorded());
    }

    @Override
    public Response refuse(Problem problem, String detail) {
      return response(problem + " " + detail);
    }
  }

  private final class Recorded implements Exchange {
    @Override
    public long maxBodyBytes() {
      return MOST;
    }

    @Override
    public boolean reserve(long bytes) {
      log.add("reserve " + bytes);
      return bytes <= ROOM;
    }

    @Override
    public Response answer(Content body) {
      log.add("answer");
      return response("answer to " + new String(body.bytes(), StandardCharsets.UTF_8));
    }

    @Override
    public Response refuse(Problem problem, String detail) {
      return response(problem + " " + detail);
    }

    @Override
    public void close() {
      log.add("close");
    }
  }
}
