package dev.sluice.http;

import dev.sluice.api.Door;
import dev.sluice.api.Entrance;
import dev.sluice.api.Head;
import dev.sluice.api.Problem;
import dev.sluice.api.Response;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// One connection without a socket: the test owns its clock and says when the answering thread
/// runs.
final class Wired {
  final Traffic traffic;
  final Queue<Runnable> work = new ArrayDeque<>();
  final EmbeddedChannel channel;
  private final MockTicker ticker = Ticker.newMockTicker();

  Wired(Door door, Limits limits) {
    channel = EmbeddedChannel.builder().ticker(ticker).build();
    traffic = new Traffic(limits);
    Shell shell =
        new Shell(
            door,
            limits,
            Timings.defaults(),
            traffic,
            new Wire(),
            work::add,
            new UnpooledByteBufAllocator(false),
            ticker);
    Chain.of(shell, channel).into(channel.pipeline());
  }

  Wired(Door door) {
    this(door, Limits.defaults());
  }

  /// Heads are decided by a function, the rest by a door.
  Wired(Function<Head, Entrance> heads, Door refusals) {
    this(
        new Door() {
          @Override
          public Entrance enter(Head head) {
            return heads.apply(head);
          }

          @Override
          public Response refuse(Problem problem, String detail) {
            return refusals.refuse(problem, detail);
          }
        });
  }

  void send(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
  }

  void pass(Duration time) {
    ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  void drain() {
    traffic.drain();
    channel.runPendingTasks();
  }

  /// From now on nothing that is written gets anywhere.
  void stopReading() {
    channel
        .pipeline()
        .addFirst(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void write(ChannelHandlerContext from, Object bytes, ChannelPromise promise) {
                ReferenceCountUtil.release(bytes);
              }
            });
  }

  void leave() {
    channel.close().syncUninterruptibly();
  }

  /// Lets the answering thread do what it was given.
  void answerAll() {
    for (Runnable next = work.poll(); next != null; next = work.poll()) {
      next.run();
      channel.runPendingTasks();
    }
  }

  /// What was written since this was asked last.
  String said() {
    StringBuilder all = new StringBuilder();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      all.append(part.toString(StandardCharsets.ISO_8859_1));
      part.release();
    }
    return all.toString();
  }
}
