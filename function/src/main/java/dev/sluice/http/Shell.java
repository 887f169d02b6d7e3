package dev.sluice.http;

import dev.sluice.api.Content;
import dev.sluice.api.Door;
import dev.sluice.api.Entrance;
import dev.sluice.api.Exchange;
import dev.sluice.api.Head;
import dev.sluice.api.Pending;
import dev.sluice.api.Problem;
import dev.sluice.api.Response;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.Ticker;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What all connections share. The door promises not to throw; where it breaks its promise the
/// caller still gets one answer, and we one line in the log.
///
/// @param bodies heap memory for the bodies of requests
record Shell(
    Door door,
    Limits limits,
    Timings timings,
    Traffic traffic,
    Wire wire,
    Executor workers,
    ByteBufAllocator bodies,
    Ticker ticker) {
  private static final Logger LOG = LoggerFactory.getLogger(Shell.class);

  Entrance enter(Head head) {
    try {
      return door.enter(head);
    } catch (RuntimeException broken) {
      LOG.error("event=door_failed", broken);
      return new Entrance.Answered(door.refuse(Problem.INTERNAL, Problem.INTERNAL.title()));
    }
  }

  Optional<Pending> begin(Exchange exchange, Content body) {
    try {
      return exchange.begin(body);
    } catch (Throwable broken) {
      LOG.error("event=exchange_failed", broken);
      return Optional.of(Pending.of(exchange.refuse(Problem.INTERNAL, Problem.INTERNAL.title())));
    }
  }

  Response answer(Exchange exchange, Content body) {
    try {
      return exchange.answer(body);
    } catch (Throwable broken) {
      LOG.error("event=exchange_failed", broken);
      return exchange.refuse(Problem.INTERNAL, Problem.INTERNAL.title());
    }
  }

  /// Whatever breaks in there, the deadline ends it.
  void push(Pending pending) {
    try {
      pending.push();
    } catch (Throwable broken) {
      LOG.error("event=exchange_failed", broken);
    }
  }

  Response response(Pending pending) {
    try {
      return pending.response();
    } catch (Throwable broken) {
      LOG.error("event=exchange_failed", broken);
      return door.refuse(Problem.INTERNAL, Problem.INTERNAL.title());
    }
  }

  ByteBuf encode(ByteBufAllocator memory, Response response, Turn turn, Wire.Keeping keeping) {
    try {
      return wire.bytes(memory, response, turn.headOnly, keeping);
    } catch (IllegalArgumentException broken) {
      LOG.error("event=response_failed", broken);
      Response instead = door.refuse(Problem.INTERNAL, Problem.INTERNAL.title());
      return wire.bytes(memory, instead, turn.headOnly, keeping);
    }
  }
}
