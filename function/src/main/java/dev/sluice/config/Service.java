package dev.sluice.config;

import dev.sluice.api.Api;
import dev.sluice.api.Readiness;
import dev.sluice.api.StartingDoor;
import dev.sluice.batching.BatchPolicy;
import dev.sluice.batching.BatchSettings;
import dev.sluice.batching.Batcher;
import dev.sluice.batching.CostCurve;
import dev.sluice.batching.Dispatcher;
import dev.sluice.experiment.ErrorRate;
import dev.sluice.experiment.Ledger;
import dev.sluice.http.Limits;
import dev.sluice.http.Listener;
import dev.sluice.http.Timings;
import dev.sluice.http.Traffic;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.PooledBuffers;
import dev.sluice.inference.Version;
import dev.sluice.onnx.ModelRefused;
import dev.sluice.onnx.OnnxRuntime;
import dev.sluice.routing.SigningKeys;
import dev.sluice.serving.Inputs;
import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.Serving;
import dev.sluice.serving.WarmUp;
import dev.sluice.telemetry.Instance;
import dev.sluice.telemetry.Telemetry;
import dev.sluice.telemetry.Watched;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The running service: what is wired to what, and the order in which it comes up and goes down.
///
/// Up: listen (alive, not ready) → load and measure the models → rehearse → ready. Down: not
/// ready, while requests are still taken → no new connections, requests in flight end → batchers,
/// models, runtime.
final class Service {
  private static final Logger LOG = LoggerFactory.getLogger(Service.class);
  private static final Duration LAST_REQUESTS = Duration.ofSeconds(30);

  private final Settings settings;
  private final Lifecycle lifecycle;
  private final Listener listener;
  private final List<LiveVersion> versions;
  private final Dispatcher dispatcher;
  private final OnnxRuntime runtime;

  private Service(
      Settings settings,
      Lifecycle lifecycle,
      Listener listener,
      List<LiveVersion> versions,
      Dispatcher dispatcher,
      OnnxRuntime runtime) {
    this.settings = settings;
    this.lifecycle = lifecycle;
    this.listener = listener;
    this.versions = versions;
    this.dispatcher = dispatcher;
    this.runtime = runtime;
  }

  /// Brings the service up; returns when it is ready.
  ///
  /// @param loading the models, on their way since before the framework started
  /// @throws ModelRefused with a line for each model that cannot be served
  /// @throws IOException when the data folder cannot be used
  static Service start(
      Settings settings, Loading loading, NettyEmbeddedServer server, Telemetry telemetry)
      throws ModelRefused, IOException {
    SigningKeys keys =
        settings.routing().signingKeys().isPresent()
            ? settings.routing().signingKeys().get()
            : KeyFile.keys(settings.models().data());
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

    Dispatcher dispatcher = Dispatcher.start(protection.slots());
    var buffers = new PooledBuffers(protection.bytes().bound());
    var inputs = new Inputs(buffers, settings.limits().maxPixels());
    var warmUp = new WarmUp(inputs, settings.limits().deadline(), System::nanoTime);
    Loading.Stock stock = loading.await();
    Fleet fleet = stock.fleet();
    var ledger =
        new Ledger(
            Instance.ofThisProcess(System.getenv()).name(),
            Instant.now(),
            Runtime.getRuntime().availableProcessors());
    var live = new HashMap<String, Map<String, LiveVersion>>();
    for (Map.Entry<String, ? extends Map<String, Loaded>> model : fleet.versions().entrySet()) {
      var siblings = new HashMap<String, LiveVersion>();
      for (Loaded loaded : model.getValue().values()) {
        var policy = BatchPolicy.of(batching(settings), measured(warmUp, loaded));
        var batcher =
            new Batcher(
                loaded.version(),
                loaded.model(),
                policy,
                buffers,
                dispatcher,
                (version, run) -> {
                  if (lifecycle.state() != Readiness.State.STARTING) {
                    telemetry.meters().ran(version, run);
                  }
                });
        String name = loaded.version().name();
        siblings.put(
            name,
            new LiveVersion(
                loaded, batcher, new ErrorRate(), ledger.page(loaded.version().model(), name)));
      }
      live.put(model.getKey(), siblings);
    }
    var assembly =
        new Assembly(settings, keys, protection, fleet, live, inputs, warmUp, ledger, lifecycle);
    var silence = new Silence();
    Assembly rehearsed = assembly.unrecorded();
    Rehearsal.of(rehearsed.api(Protection.openGate(), rehearsed.serving(silence), silence, silence))
        .run();
    Serving serving = assembly.serving(telemetry.serving());
    Api api = assembly.api(protection.gate(), serving, telemetry.api(), telemetry.meters());
    var all = new ArrayList<LiveVersion>();
    live.values().forEach(siblings -> all.addAll(siblings.values()));
    telemetry.meters().watch(watched(serving, all, protection, listener.traffic()));
    door.leadTo(api);
    lifecycle.ready();
    ledger.ready(System.nanoTime());
    LOG.atInfo()
        .addKeyValue("port", listener.port())
        .addKeyValue("models", live.keySet())
        .log("ready");
    return new Service(settings, lifecycle, listener, all, dispatcher, stock.runtime());
  }

  private static Watched watched(
      Serving serving, List<LiveVersion> versions, Protection protection, Traffic traffic) {
    var queues = new HashMap<Version, IntSupplier>();
    versions.forEach(live -> queues.put(live.loaded().version(), live.batcher()::queuedRows));
    return new Watched(
        serving::routes,
        queues,
        protection.bytes(),
        protection.decoder()::lost,
        new Watched.Connections(traffic::open, traffic::refused, traffic::timeouts));
  }

  static RandomGenerator chance() {
    return ThreadLocalRandom.current();
  }

  private static CostCurve measured(WarmUp warmUp, Loaded loaded) throws ModelRefused {
    try {
      return warmUp.measure(loaded);
    } catch (ModelError broken) {
      throw new ModelRefused(
          loaded.version() + " fails on made-up input: " + broken.getMessage(), broken);
    }
  }

  private static BatchSettings batching(Settings settings) {
    BatchSettings batching =
        BatchSettings.defaults()
            .withRequestDeadline(settings.limits().deadline())
            .withMaxDelay(settings.batching().maxDelay());
    return settings.batching().maxSize().isPresent()
        ? batching.withMaxRows(settings.batching().maxSize().getAsInt())
        : batching;
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
    for (LiveVersion version : versions) {
      version.batcher().close();
      version.loaded().model().close();
    }
    dispatcher.close();
    runtime.close();
    LOG.atInfo().log("stopped");
  }
}
