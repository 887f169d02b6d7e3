package dev.sluice.aws;

import dev.sluice.api.Content;
import dev.sluice.api.Door;
import dev.sluice.api.Entrance;
import dev.sluice.api.Exchange;
import dev.sluice.api.Field;
import dev.sluice.api.OutsideDoor;
import dev.sluice.api.Problem;
import dev.sluice.api.Refusal;
import dev.sluice.api.Response;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a request that came in an event to the door, and answers it on the calling thread: what
/// the shell of the container does with a connection. The door promises not to throw; where it
/// breaks its promise the caller still gets one answer, and we one line in the log. Thread-safe.
final class Reception {
  private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

  private final Door door;
  private final Door outside;
  private final LongSupplier clock;

  /// @param clock `System.nanoTime()`, or a test's
  Reception(Door door, LongSupplier clock) {
    this.door = door;
    this.outside = new OutsideDoor(door);
    this.clock = clock;
  }

  /// What became of a request.
  sealed interface Received {
    /// There is an answer.
    record Answered(Response response) implements Received {}

    /// The framework is to answer it.
    ///
    /// @param fields that its answer gets on its way out
    record PassOn(List<Field> fields) implements Received {
      public PassOn {
        fields = List.copyOf(fields);
      }
    }
  }

  /// Blocks until there is an answer.
  ///
  /// @param asked without a flaw
  Received receive(Asked asked) {
    try {
      return enter(asked);
    } catch (RuntimeException broken) {
      LOG.error("event=door_failed", broken);
      return new Received.Answered(refuse(Problem.INTERNAL));
    }
  }

  /// The answer to what is not brought to the door.
  Response refuse(Refusal why) {
    return door.refuse(why.problem(), why.detail());
  }

  /// The same where there is nothing to say.
  Response refuse(Problem problem) {
    return door.refuse(problem, problem.title());
  }

  private Received enter(Asked asked) {
    Door way = asked.shape().outside() ? outside : door;
    return switch (way.enter(asked.head(clock.getAsLong()))) {
      case Entrance.Answered answered -> new Received.Answered(answered.response());
      case Entrance.Open open -> new Received.Answered(answer(open.exchange(), asked.body()));
      case Entrance.PassOn passOn -> new Received.PassOn(passOn.fields());
      case Entrance.Stream streamed ->
          new Received.Answered(
              streamed.stream()
                  .refuse(
                      Problem.NOT_IMPLEMENTED,
                      "a Lambda function answers at once and in one piece: ask /admin/history"));
    };
  }

  private static Response answer(Exchange exchange, byte[] body) {
    try (exchange) {
      if (body.length > exchange.maxBodyBytes()) {
        return refused(exchange, Refusal.bodyTooLarge(exchange));
      }
      if (!exchange.reserve(body.length)) {
        return refused(exchange, Refusal.noRoom());
      }
      return exchange.answer(Content.of(body));
    }
  }

  private static Response refused(Exchange exchange, Refusal why) {
    return exchange.refuse(why.problem(), why.detail());
  }
}
