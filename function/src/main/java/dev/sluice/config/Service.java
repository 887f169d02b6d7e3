package dev.sluice.config;

import dev.sluice.api.StartingDoor;
import dev.sluice.http.Limits;
import dev.sluice.http.Listener;
import dev.sluice.http.Timings;
import dev.sluice.http.Traffic;
import dev.sluice.onnx.ModelRefused;
import dev.sluice.routing.SigningKeys;
import dev.sluice.telemetry.Telemetry;
import dev.sluice.telemetry.Watched;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The running service of a container: what listens, in front of the [Core], and the order in which
/// both come up and go down.
///
/// Up: listen (alive, not ready) → core → ready. Down: not ready, while requests are still taken →
/// no new connections, requests in flight end → core.
final class Service {
  private static final Logger LOG = LoggerFactory.getLogger(Service.class);
  private static final Duration LAST_REQUESTS = Duration.ofSeconds(30);

  private final Settings settings;
  private final Lifecycle lifecycle;
  private final Listener listener;
  private final Core core;

  private Service(Settings settings, Lifecycle lifecycle, Listener listener, Core core) {
    this.settings = settings;
    this.lifecycle = lifecycle;
    this.listener = listener;
    this.core = core;
  }

  /// Brings the service up; returns when it is ready.
  ///
  /// @param loading the models, on their way since before the framework started
  /// @throws ModelRefused with a line for each model that cannot be served
  /// @throws IOException when the data folder cannot be used
  static Service start(
      Settings settings, Loading loading, NettyEmbeddedServer server, Telemetry telemetry)
      throws ModelRefused, IOException {
    SigningKeys keys = keys(settings);
    var protection = Protection.of(settings);
    var lifecycle = new Lifecycle(protection.decoder()::exhausted);
    var door = new SwitchingDoor(new StartingDoor(Service::chance));
    var listener =
        new Listener(
            server,
            door,
            Limits.defaults().withConnections(settings.network().maxConnections()),
            Timings.defaults());
    listener.start();

    Traffic traffic = listener.traffic();
    var connections = new Watched.Connections(traffic::open, traffic::refused, traffic::timeouts);
    Core core =
        Core.start(
            new Core.Outer(
                settings,
                keys,
                protection,
                lifecycle,
                telemetry,
                connections,
                Core.Manner.lasting()),
            loading,
            door::leadTo);
    LOG.atInfo()
        .addKeyValue("port", listener.port())
        .addKeyValue("models", core.models())
        .log("ready");
    return new Service(settings, lifecycle, listener, core);
  }

  /// The keys that were set, else those of the data folder.
  static SigningKeys keys(Settings settings) throws IOException {
    return settings.routing().signingKeys().isPresent()
        ? settings.routing().signingKeys().get()
        : KeyFile.keys(settings.models().data());
  }

  static RandomGenerator chance() {
    return ThreadLocalRandom.current();
  }

  int port() {
    return listener.port();
  }

  /// Takes the service down without cutting a request; blocks until it is down.
  void stop() {
    lifecycle.drain();
    LOG.atInfo()
        .addKeyValue("drain_seconds", settings.network().drain().toSeconds())
        .log("stopping");
    try {
      Thread.sleep(settings.network().drain());
      listener.closeDoor();
      if (!listener.awaitQuiet(LAST_REQUESTS)) {
        LOG.atWarn()
            .addKeyValue("after_seconds", LAST_REQUESTS.toSeconds())
            .log("requests are cut off");
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
    listener.close();
    core.close();
    LOG.atInfo().log("stopped");
  }
}
