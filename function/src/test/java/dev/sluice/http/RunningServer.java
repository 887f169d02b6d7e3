package dev.sluice.http;

import dev.sluice.api.Door;
import io.micronaut.context.ApplicationContext;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/// The real listener on a free port, in this process.
record RunningServer(ApplicationContext context, Listener listener) implements AutoCloseable {
  /// Long enough for a busy machine, short enough to be waited for.
  static final Timings SHORT =
      new Timings(
          Duration.ofMillis(700),
          Duration.ofMillis(700),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          Duration.ofMillis(500));

  static RunningServer start(Door door, Limits limits, Timings timings) {
    ApplicationContext context =
        ApplicationContext.run(
            Map.of(
                "micronaut.server.port",
                -1,
                "micronaut.server.host",
                "127.0.0.1",
                "micronaut.netty.event-loops.default.num-threads",
                1,
                "micronaut.netty.event-loops.default.shutdown-quiet-period",
                "0s",
                "micronaut.server.netty.parent.shutdown-quiet-period",
                "0s",
                "endpoints.all.path",
                "/manage",
                "endpoints.all.enabled",
                false,
                "endpoints.health.enabled",
                true,
                "endpoints.health.sensitive",
                false));
    Listener listener =
        new Listener(context.getBean(NettyEmbeddedServer.class), door, limits, timings);
    listener.start();
    return new RunningServer(context, listener);
  }

  static RunningServer start(Door door) {
    return start(door, Limits.defaults(), SHORT);
  }

  Caller connect() throws IOException {
    return Caller.to(listener.port());
  }

  @Override
  public void close() {
    listener.close();
    context.close();
  }
}
