package dev.sluice.config;

import dev.sluice.api.Api;
import dev.sluice.api.Readiness;
import dev.sluice.api.StartingDoor;
import dev.sluice.batching.Dispatcher;
import dev.sluice.control.RolloutRecord;
import dev.sluice.experiment.Ledger;
import dev.sluice.experiment.OutcomeToken;
import dev.sluice.http.Limits;
import dev.sluice.http.Listener;
import dev.sluice.http.Timings;
import dev.sluice.http.Traffic;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.PooledBuffers;
import dev.sluice.inference.Version;
import dev.sluice.onnx.ModelDirectory;
import dev.sluice.onnx.ModelRefused;
import dev.sluice.onnx.OnnxRuntime;
import dev.sluice.routing.SigningKeys;
import dev.sluice.serving.Inputs;
import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.Serving;
import dev.sluice.serving.WarmUp;
import dev.sluice.store.JdbcStore;
import dev.sluice.telemetry.Instance;
import dev.sluice.telemetry.Meters;
import dev.sluice.telemetry.Telemetry;
import dev.sluice.telemetry.Watched;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The running service: what is wired to what, and the order in which it comes up and goes down.
///
/// Up: listen (alive, not ready) → load and measure the models → rehearse → follow what the store
/// says → ready. Down: not
/// ready, while requests are still taken → no new connections, requests in flight end → batchers,
/// models, runtime.
final class Service {
  private static final Logger LOG = LoggerFactory.getLogger(Service.class);
  private static final Duration LAST_REQUESTS = Duration.ofSeconds(30);

  private final Settings settings;
  private final Lifecycle lifecycle;
  private final Listener listener;
  private final Control control;
  private final Checkups checkups;
  private final Serving serving;
  private final Dispatcher dispatcher;
  private final OnnxRuntime runtime;

  private Service(
      Settings settings,
      Lifecycle lifecycle,
      Listener listener,
      Control control,
      Checkups checkups,
      Serving serving,
      Dispatcher dispatcher,
      OnnxRuntime runtime) {
    this.settings = settings;
    this.lifecycle = lifecycle;
    this.listener = listener;
    this.control = control;
    this.checkups = checkups;
    this.serving = serving;
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
    JdbcStore store = Control.store(settings);
    var active = new AtomicReference<List<RolloutRecord>>(List.of());
    String process = Instance.ofThisProcess(System.getenv()).name();
    var ledger = new Ledger(process, Instant.now(), Runtime.getRuntime().availableProcessors());
    var live = new HashMap<String, Map<String, LiveVersion>>();
    var commission =
        Commission.of(
            settings,
            warmUp,
            buffers,
            dispatcher,
            ledger,
            (version, run) -> {
              if (lifecycle.state() != Readiness.State.STARTING) {
                telemetry.meters().ran(version, run);
              }
            });
    for (Map.Entry<String, ? extends Map<String, Loaded>> model : fleet.versions().entrySet()) {
      var siblings = new HashMap<String, LiveVersion>();
      for (Loaded loaded : model.getValue().values()) {
        siblings.put(loaded.version().name(), commission.of(loaded));
      }
      live.put(model.getKey(), siblings);
    }
    var assembly =
        new Assembly(
            settings, keys, protection, fleet, live, buffers, inputs, warmUp, ledger, lifecycle);
    Serving serving = assembly.serving(telemetry.serving());
    var checkups =
        new Checkups(
            serving, inputs, protection.decoder(), settings.limits().deadline(), System::nanoTime);
    var shelf =
        new Shelf(
            settings,
            new ModelDirectory(stock.runtime()),
            new Confinement(settings.models().validationMegabytes(), Confinement.PATIENCE),
            commission,
            serving,
            checkups,
            watch(telemetry.meters(), active));
    for (Map<String, LiveVersion> siblings : live.values()) {
      for (LiveVersion version : siblings.values()) {
        checkups.open(version, Duration.ZERO);
      }
    }
    Control control =
        Control.of(
            settings,
            fleet.splits(),
            store,
            new Control.Parts(
                process,
                serving,
                shelf,
                active,
                telemetry.rollouts(),
                telemetry.deliveries(),
                new SplittableRandom()));
    var kept =
        new Assembly.Kept(control.parts(), control.feedback(), model -> underWay(active, model));
    var silence = new Silence();
    Assembly rehearsed = assembly.unrecorded();
    Rehearsal.of(
            rehearsed.api(
                Protection.openGate(), rehearsed.serving(silence), shelf, kept, silence, silence))
        .run();
    control.start();
    Api api =
        assembly.api(protection.gate(), serving, shelf, kept, telemetry.api(), telemetry.meters());
    telemetry.meters().watch(watched(serving, protection, listener.traffic()));
    checkups.start();
    door.leadTo(api);
    lifecycle.ready();
    ledger.ready(System.nanoTime());
    LOG.atInfo()
        .addKeyValue("port", listener.port())
        .addKeyValue("models", live.keySet())
        .log("ready");
    return new Service(
        settings, lifecycle, listener, control, checkups, serving, dispatcher, stock.runtime());
  }

  private static Watched watched(Serving serving, Protection protection, Traffic traffic) {
    return new Watched(
        serving::routes,
        () -> queues(serving),
        protection.bytes(),
        protection.decoder()::lost,
        new Watched.Connections(traffic::open, traffic::refused, traffic::timeouts));
  }

  private static Map<Version, IntSupplier> queues(Serving serving) {
    var queues = new HashMap<Version, IntSupplier>();
    for (Map<String, LiveVersion> siblings : serving.versions().values()) {
      siblings.values().forEach(it -> queues.put(it.loaded().version(), it.batcher()::queuedRows));
    }
    return queues;
  }

  private static Optional<OutcomeToken.Rollout> underWay(
      AtomicReference<List<RolloutRecord>> active, String model) {
    return active.get().stream()
        .filter(record -> record.model().equals(model))
        .findFirst()
        .map(record -> new OutcomeToken.Rollout(record.id().value(), record.revision()));
  }

  private static Shelf.Watch watch(Meters meters, AtomicReference<List<RolloutRecord>> active) {
    return new Shelf.Watch() {
      @Override
      public boolean inUse(String model, String version) {
        return active.get().stream()
            .filter(record -> record.model().equals(model))
            .map(RolloutRecord::rollout)
            .anyMatch(it -> it.stable().equals(version) || it.canary().equals(version));
      }

      @Override
      public void arrived(Version version) {
        meters.arrived(version);
      }

      @Override
      public void gone(Version version) {
        meters.gone(version);
      }
    };
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
    control.close();
    checkups.close();
    for (Map<String, LiveVersion> siblings : serving.versions().values()) {
      for (LiveVersion version : siblings.values()) {
        version.batcher().close();
        version.loaded().model().close();
      }
    }
    dispatcher.close();
    runtime.close();
    LOG.atInfo().log("stopped");
  }
}
