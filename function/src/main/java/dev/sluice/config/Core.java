package dev.sluice.config;

import dev.sluice.api.Api;
import dev.sluice.api.Readiness;
import dev.sluice.batching.Dispatcher;
import dev.sluice.control.RolloutRecord;
import dev.sluice.experiment.Ledger;
import dev.sluice.experiment.OutcomeToken;
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
import dev.sluice.telemetry.Instance;
import dev.sluice.telemetry.Meters;
import dev.sluice.telemetry.Telemetry;
import dev.sluice.telemetry.Watched;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Everything of the service that is behind the door: models, what protects them, what judges them.
/// The same in a container and on Lambda, but for what [Manner] says.
///
/// Up: load and measure the models → rehearse → follow what the store says → open the door.
final class Core implements AutoCloseable {
  private final Control control;
  private final Checkups checkups;
  private final Serving serving;
  private final Dispatcher dispatcher;
  private final OnnxRuntime runtime;

  private Core(
      Control control,
      Checkups checkups,
      Serving serving,
      Dispatcher dispatcher,
      OnnxRuntime runtime) {
    this.control = control;
    this.checkups = checkups;
    this.serving = serving;
    this.dispatcher = dispatcher;
    this.runtime = runtime;
  }

  /// What is around it, and there before it.
  ///
  /// @param keys that sign what callers bring back
  /// @param connections what is known of them
  record Outer(
      Settings settings,
      SigningKeys keys,
      Protection protection,
      Lifecycle lifecycle,
      Telemetry telemetry,
      Watched.Connections connections,
      Manner manner) {}

  /// How a process lives.
  ///
  /// @param process names it
  /// @param copies runs copies of requests, on threads that may block
  /// @param chance random bits of the calling thread
  /// @param instants what time it is
  record Manner(
      Supplier<String> process,
      Executor copies,
      Supplier<RandomGenerator> chance,
      InstantSource instants,
      Rehearsal.Length rehearsal,
      Threads threads) {
    /// A process that is there until it is told to stop.
    static Manner lasting() {
      String name = Instance.ofThisProcess(System.getenv()).name();
      return new Manner(
          () -> name,
          Executors.newVirtualThreadPerTaskExecutor(),
          Service::chance,
          InstantSource.system(),
          Rehearsal.Length.FULL,
          Threads.ALWAYS);
    }
  }

  /// Whether things happen by the clock.
  enum Threads {
    ALWAYS,
    /// Only when somebody calls.
    NEVER
  }

  /// Brings it up; returns when it is ready.
  ///
  /// @param loading the models, on their way already
  /// @param open takes the API when it may be asked
  /// @throws ModelRefused with a line for each model that cannot be served
  /// @throws IOException when the data folder cannot be used
  static Core start(Outer outer, Loading loading, Consumer<Api> open)
      throws ModelRefused, IOException {
    Settings settings = outer.settings();
    Protection protection = outer.protection();
    Lifecycle lifecycle = outer.lifecycle();
    Telemetry telemetry = outer.telemetry();
    Dispatcher dispatcher = Dispatcher.start(protection.slots());
    var buffers = new PooledBuffers(protection.bytes().bound());
    var inputs = new Inputs(buffers, settings.limits().maxPixels());
    var warmUp = new WarmUp(inputs, settings.limits().deadline(), System::nanoTime);
    Loading.Stock stock = loading.await();
    Fleet fleet = stock.fleet();
    Control.Kept store = Control.store(settings);
    var active = new AtomicReference<List<RolloutRecord>>(List.of());
    var ledger =
        new Ledger(
            outer.manner().process(),
            outer.manner().instants().instant(),
            Runtime.getRuntime().availableProcessors());
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
            settings,
            outer.keys(),
            protection,
            fleet,
            live,
            buffers,
            inputs,
            warmUp,
            ledger,
            lifecycle,
            outer.manner());
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
                outer.manner().process(),
                serving,
                shelf,
                active,
                telemetry.rollouts(),
                telemetry.deliveries(),
                new SplittableRandom(),
                outer.manner().instants()));
    var kept =
        new Assembly.Kept(
            control.parts(),
            new SystemFacts(protection, serving, outer.connections())
                .of(settings, outer.manner(), control),
            control.feedback(),
            model -> underWay(active, model));
    var silence = new Silence();
    Assembly rehearsed = assembly.unrecorded();
    Rehearsal.of(
            rehearsed.api(
                Protection.openGate(), rehearsed.serving(silence), shelf, kept, silence, silence))
        .run(outer.manner().rehearsal());
    control.start(outer.manner().threads());
    Api api =
        assembly.api(protection.gate(), serving, shelf, kept, telemetry.api(), telemetry.meters());
    telemetry.meters().watch(watched(serving, protection, outer.connections()));
    switch (outer.manner().threads()) {
      case ALWAYS -> checkups.start();
      case NEVER -> {}
    }
    open.accept(api);
    lifecycle.ready();
    ledger.ready(System.nanoTime());
    return new Core(control, checkups, serving, dispatcher, stock.runtime());
  }

  private static Watched watched(
      Serving serving, Protection protection, Watched.Connections connections) {
    return new Watched(
        serving::routes,
        () -> queues(serving),
        protection.bytes(),
        protection.decoder()::lost,
        connections);
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

  Control control() {
    return control;
  }

  Checkups checkups() {
    return checkups;
  }

  Set<String> models() {
    return serving.versions().keySet();
  }

  /// Ends what is left of it, once nobody asks any more.
  @Override
  public void close() {
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
  }
}
