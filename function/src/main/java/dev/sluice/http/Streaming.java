package dev.sluice.http;

import dev.sluice.api.EventStream;
import dev.sluice.http.Guard.Phase;
import dev.sluice.http.Wire.Delimiter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An answer that goes on, on its way to one caller.
///
///     its thread  ── run ── send ──────────────── send ─ … ─ done ─┐
///                            │ ▲ written, or gone                  ▼
///     event loop  ── begin ──┴─┴────────────────────────────────── finish ─▶ last chunk, linger
///                                            └─ end ─▶ last chunk, linger, interrupt
///                                            └─ lost ─▶ interrupt
///
/// Whatever ends it first sets `over`, once. One piece is on its way at a time, so a caller that
/// does not read holds up nobody but its own stream, and costs no memory but that piece; how long
/// it may is [Phase#EVENT].
///
/// [#run] and [EventStream.Sink] are for the stream's thread, the rest is for the connection's
/// event loop.
@SuppressWarnings("FutureReturnValueIgnored") // a close or write that fails ends in handlerRemoved
final class Streaming implements EventStream.Sink {
  private static final Logger LOG = LoggerFactory.getLogger(Streaming.class);

  private final EventStream events;
  private final Wire wire;
  private final Guard guard;
  private final ChannelHandlerContext context;
  private final Delimiter delimiter;
  private final FutureTask<Ending> task = new FutureTask<>(this::stream);
  private volatile boolean over;
  private int pending;

  /// How the stream itself came to its end.
  private enum Ending {
    WHOLE,
    BROKEN
  }

  Streaming(
      EventStream events,
      Wire wire,
      Guard guard,
      ChannelHandlerContext context,
      Delimiter delimiter) {
    this.events = events;
    this.wire = wire;
    this.guard = guard;
    this.context = context;
    this.delimiter = delimiter;
  }

  /// Writes the head.
  void begin() {
    write(wire.opening(context.alloc(), events.opening(), delimiter));
    guard.closeIfEnded();
  }

  /// Blocks until the stream has come to its end. The task, and not the thread, is what is
  /// interrupted: it makes sure that it still runs.
  void run() {
    task.run();
  }

  private Ending stream() {
    try {
      events.run(this);
      return Ending.WHOLE;
    } catch (Throwable broken) {
      if (!over) {
        LOG.error("event=stream_failed", broken);
      }
      return Ending.BROKEN;
    }
  }

  @Override
  public boolean open() {
    return !over;
  }

  @Override
  public boolean send(byte[] bytes) {
    if (over || bytes.length == 0) { // a chunk of no bytes would be the last
      return !over;
    }
    var written = new CompletableFuture<Boolean>();
    try {
      context.executor().execute(() -> write(bytes, written));
      return written.get();
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      return false;
    } catch (RejectedExecutionException stopped) {
      over = true;
      return false;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void write(byte[] bytes, CompletableFuture<Boolean> written) {
    if (over || !context.channel().isActive()) {
      over = true;
      written.complete(false);
    } else {
      write(wire.piece(bytes, delimiter)).addListener(sent -> written.complete(sent.isSuccess()));
    }
  }

  private ChannelFuture write(ByteBuf bytes) {
    pending++;
    guard.enter(Phase.EVENT);
    return guard.send(bytes).addListener(this::sent);
  }

  private void sent(Future<? super Void> sent) {
    pending--;
    if (!sent.isSuccess()) {
      over = true; // before the stream hears of it
      context.close();
    } else if (pending == 0 && !over) {
      guard.enter(Phase.STREAM);
    }
  }

  /// The stream has come to its end by itself.
  void finish() {
    if (!over) {
      over = true;
      leave(task.resultNow());
    }
  }

  /// The service stops.
  void end() {
    if (!over) {
      lost();
      leave(Ending.WHOLE);
    }
  }

  /// The caller is gone.
  void lost() {
    over = true;
    task.cancel(true);
  }

  /// A stream that broke off must not look whole, and who has not even read what was sent is not
  /// waited for.
  private void leave(Ending ending) {
    if (ending == Ending.BROKEN || pending > 0 || !context.channel().isActive()) {
      context.close();
      return;
    }
    guard.enter(Phase.EVENT);
    guard
        .send(wire.end(delimiter))
        .addListener(
            sent -> {
              if (sent.isSuccess()) {
                guard.linger();
              } else {
                context.close();
              }
            });
  }
}
