package dev.sluice.http;

import dev.sluice.api.Door;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The framework's server, with our way of speaking HTTP in the place of its own.
///
/// The framework listens, accepts and lends its event loops; each connection's codec is replaced by
/// our [Chain], so that every request comes to the [Door] first, and the framework sees only what
/// the door passes on.
///
/// To stop without cutting anyone: answer "not ready" until nobody sends new callers here, then
/// [#closeDoor()], then [#awaitQuiet(Duration)], then [#close()].
public final class Listener implements AutoCloseable {
  private static final int PAGE_BYTES = 8_192;
  private static final int PAGES_AS_POWER_OF_TWO = 9; // arrays of 4 MiB, in which bodies lie

  private final NettyEmbeddedServer server;
  private final Traffic traffic;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Channel> listening = new ConcurrentLinkedQueue<>();
  private final Shell shell;

  public Listener(NettyEmbeddedServer server, Door door, Limits limits, Timings timings) {
    this.server = server;
    this.traffic = new Traffic(limits);
    this.shell =
        new Shell(
            door, limits, timings, traffic, new Wire(), workers, bodies(), Ticker.systemTicker());
  }

  // The framework's own memory pools no array of half a megabyte: each body would be garbage.
  private static ByteBufAllocator bodies() {
    int arenas = Runtime.getRuntime().availableProcessors();
    return new PooledByteBufAllocator(
        false,
        arenas,
        0,
        PAGE_BYTES,
        PAGES_AS_POWER_OF_TWO,
        PooledByteBufAllocator.defaultSmallCacheSize(),
        PooledByteBufAllocator.defaultNormalCacheSize(),
        false);
  }

  /// Listens. Once, and in the framework's place: a server that runs already would never learn of
  /// our chain, and answer by itself.
  public void start() {
    if (server.isRunning()) {
      throw new IllegalStateException("the server was started by somebody else");
    }
    server.register(new Installation());
    server.start();
  }

  /// The port that is listened on.
  public int port() {
    return server.getPort();
  }

  public Traffic traffic() {
    return traffic;
  }

  /// Accepts no new connection, says goodbye with each answer, and lets connections go on which
  /// nothing happens. A request that is on its way is answered; a stream ends.
  public void closeDoor() {
    listening.forEach(channel -> channel.close().syncUninterruptibly());
    traffic.drain();
  }

  /// Waits until every connection is closed; false when that took longer than the bound.
  public boolean awaitQuiet(Duration bound) throws InterruptedException {
    return traffic.awaitQuiet(bound);
  }

  /// Cuts what is left.
  @Override
  public void close() {
    traffic.cut();
    server.stopServerOnly();
    workers.shutdown();
  }

  /// Told by the framework of each channel it opens.
  private final class Installation implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel channel, ChannelRole role) {
      return switch (role) {
        case LISTENER -> {
          listening.add(channel);
          yield this;
        }
        case CONNECTION -> new Arrival(channel);
        case REQUEST_STREAM, PUSH_PROMISE_STREAM -> this;
      };
    }
  }

  private final class Arrival implements NettyServerCustomizer {
    private final Channel channel;

    private Arrival(Channel channel) {
      this.channel = channel;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for this close
    public void onStreamPipelineBuilt() {
      if (traffic.open() >= shell.limits().connections()) {
        traffic.turnedAway();
        channel.close();
        return;
      }
      ChannelPipeline pipeline = channel.pipeline();
      if (pipeline.get(ChannelPipelineCustomizer.HANDLER_IDLE_STATE) != null) {
        pipeline.remove(ChannelPipelineCustomizer.HANDLER_IDLE_STATE);
      }
      Chain.of(shell, channel)
          .replace(pipeline, ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC);
    }
  }
}
