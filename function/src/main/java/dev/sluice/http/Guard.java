package dev.sluice.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Watches one connection's clock, before any byte is decoded.
///
///     FRESH ──▶ HEAD ──▶ BODY ──▶ ANSWER ──▶ WRITE ──▶ LINGER ──▶ closed
///                ▲                              │
///                ├───────────── IDLE ◀──────────┘
///                └─▶ STREAM ⇄ EVENT ──▶ LINGER
///
/// Each phase but `ANSWER` and `STREAM` has a deadline for its whole. There is one timer for all of
/// them: it is moved only when a deadline comes before it, and looks again when it wakes too early,
/// so that a busy connection does not schedule and cancel with each request.
///
/// Lives on the connection's event loop. The outcome of a close is not looked at: it comes back as
/// `channelInactive`.
@SuppressWarnings("FutureReturnValueIgnored")
final class Guard extends ChannelInboundHandlerAdapter implements Runnable {
  /// What the other end is expected to do, or we are.
  enum Phase {
    FRESH,
    HEAD,
    BODY,
    ANSWER,
    WRITE,
    /// An answer goes on. Nothing the other end says matters any more, but that it leaves does, so
    /// it is still read. One that closes only its own side is taken to be gone: no caller of a
    /// stream does that, and it is the one quick sign of those that are.
    STREAM,
    /// A piece of such an answer is being written.
    EVENT,
    IDLE,
    LINGER
  }

  /// Fired along the pipeline when a message takes too long to arrive.
  enum Late {
    HEAD,
    BODY
  }

  private static final long LINGER_BYTES = 16 << 20;

  private final Timings timings;
  private final Traffic traffic;
  private final Ticker ticker;
  private Phase phase = Phase.FRESH;
  private long deadlineNanos;
  private long wakeNanos;
  private long discarded;
  private boolean inputEnded;
  private @Nullable Future<?> timer; // absent while nothing is awaited
  private @Nullable ChannelHandlerContext context; // absent until added

  Guard(Timings timings, Traffic traffic, Ticker ticker) {
    this.timings = timings;
    this.traffic = traffic;
    this.ticker = ticker;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    enter(Phase.FRESH);
  }

  @Override
  public void channelInactive(ChannelHandlerContext gone) {
    if (timer != null) {
      timer.cancel(false);
    }
    phase = Phase.ANSWER;
    gone.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    switch (phase) {
      case FRESH, IDLE -> enter(Phase.HEAD);
      case ANSWER, WRITE -> from.channel().config().setAutoRead(false);
      case STREAM, EVENT, LINGER -> {
        discard((ByteBuf) message);
        return;
      }
      case HEAD, BODY -> {}
    }
    from.fireChannelRead(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext from, Object event) {
    if (event instanceof ChannelInputShutdownReadComplete) {
      return;
    }
    if (!(event instanceof ChannelInputShutdownEvent)) {
      from.fireUserEventTriggered(event);
    } else if (phase == Phase.ANSWER || phase == Phase.WRITE) {
      inputEnded = true;
    } else {
      from.close();
    }
  }

  void enter(Phase next) {
    phase = next;
    if (timed()) {
      due(patience(next));
    }
  }

  private boolean timed() {
    return phase != Phase.ANSWER && phase != Phase.STREAM;
  }

  /// The answer is one that goes on.
  void stream() {
    enter(Phase.STREAM);
    context().channel().config().setAutoRead(true);
  }

  /// The turn is over; whatever is still unread may be read.
  void settle() {
    enter(Phase.IDLE);
    if (!context().channel().config().isAutoRead()) {
      context().channel().config().setAutoRead(true);
    }
  }

  /// The other end has said all it will and what it said is dealt with: nothing more can come.
  void closeIfEnded() {
    if (inputEnded && phase != Phase.ANSWER && phase != Phase.WRITE) {
      context().close();
    }
  }

  /// Ends the connection so that the other end can still read our last words: a close while bytes
  /// of its are unread would reset it.
  void linger() {
    enter(Phase.LINGER);
    if (!inputEnded && context().channel() instanceof DuplexChannel duplex) {
      context().channel().config().setAutoRead(true);
      duplex.shutdownOutput();
    } else {
      context().close();
    }
  }

  /// A connection on which nothing happens gets one more moment.
  void hurry() {
    if (phase == Phase.FRESH || phase == Phase.IDLE) {
      due(timings.linger());
    }
  }

  /// Past the encoder: these are the bytes of a whole answer.
  ChannelFuture send(ByteBuf bytes) {
    return context().writeAndFlush(bytes);
  }

  @Override
  public void run() {
    timer = null;
    if (!timed()) {
      return;
    }
    long left = deadlineNanos - ticker.nanoTime();
    if (left > 0) {
      wakeIn(left);
    } else {
      expire();
    }
  }

  private void expire() {
    switch (phase) {
      case HEAD -> late(Late.HEAD);
      case BODY -> late(Late.BODY);
      case WRITE, EVENT -> {
        traffic.timedOut();
        context().close();
      }
      case FRESH, IDLE, LINGER -> context().close();
      case ANSWER, STREAM -> {}
    }
  }

  private void late(Late what) {
    traffic.timedOut();
    context().fireUserEventTriggered(what);
  }

  private void discard(ByteBuf bytes) {
    discarded += bytes.readableBytes();
    ReferenceCountUtil.release(bytes);
    if (discarded > LINGER_BYTES) {
      context().close();
    }
  }

  private Duration patience(Phase of) {
    return switch (of) {
      case FRESH, HEAD -> timings.head();
      case BODY -> timings.body();
      case WRITE -> timings.write();
      case EVENT -> timings.event();
      case IDLE -> traffic.draining() || traffic.crowded() ? timings.linger() : timings.idle();
      case LINGER -> timings.linger();
      case ANSWER, STREAM -> Duration.ZERO;
    };
  }

  private void due(Duration patience) {
    long now = ticker.nanoTime();
    deadlineNanos = now + patience.toNanos();
    Future<?> waiting = timer;
    if (waiting == null) {
      wakeIn(deadlineNanos - now);
    } else if (deadlineNanos - wakeNanos < 0) {
      waiting.cancel(false);
      wakeIn(deadlineNanos - now);
    }
  }

  private void wakeIn(long nanos) {
    wakeNanos = ticker.nanoTime() + nanos;
    timer = context().executor().schedule(this, nanos, TimeUnit.NANOSECONDS);
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    return context;
  }
}
