package dev.sluice.control;

import dev.sluice.batching.BatchPolicy;
import dev.sluice.batching.BatchSettings;
import dev.sluice.batching.Batcher;
import dev.sluice.batching.CostCurve;
import dev.sluice.experiment.Counters;
import dev.sluice.experiment.ErrorRate;
import dev.sluice.experiment.Ledger;
import dev.sluice.experiment.Outcome;
import dev.sluice.inference.Deadline;
import dev.sluice.inference.Loaded;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.OutputKind;
import dev.sluice.inference.PooledBuffers;
import dev.sluice.inference.TextTask;
import dev.sluice.inference.Version;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Ask;
import dev.sluice.routing.Key;
import dev.sluice.routing.Reason;
import dev.sluice.routing.Routes;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import dev.sluice.routing.Turns;
import dev.sluice.routing.VariantOverride;
import dev.sluice.serving.Attempt;
import dev.sluice.serving.Call;
import dev.sluice.serving.Inputs;
import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.Payload;
import dev.sluice.serving.Serving;
import dev.sluice.serving.ServingListener;
import dev.sluice.serving.Shadows;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// A process of a test with the real serving and the real controller. Its models take virtual time.
final class ServingReplica implements DataPlane, AutoCloseable {
  static final String MODEL = "sms";
  static final Duration PERIOD = Duration.ofSeconds(5);
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final Payload TEXT = new Payload.Texts(List.of("See you at 7"));

  private final Ledger ledger;
  private final Serving serving;
  private final Controller controller;
  private final AtomicLong clock;
  private final long tickAt;

  /// @param models by version
  /// @param clock nanoseconds since [#START], of all processes
  /// @param tickAt second of the period in which it ticks
  ServingReplica(
      String name, Store store, Map<String, SimulatedModel> models, AtomicLong clock, long tickAt)
      throws StoreUnavailable {
    this.clock = clock;
    this.tickAt = tickAt;
    this.ledger = new Ledger(() -> name, now(), 1);
    ledger.ready(clock.get() - Ledger.WARM_AFTER.toNanos());
    var live = new HashMap<String, LiveVersion>();
    models.forEach((version, model) -> live.put(version, live(version, model)));
    var inputs = new Inputs(new PooledBuffers(0), 1);
    this.serving =
        new Serving(
            Routes.of(Map.of(MODEL, store.settings().split(MODEL).orElseThrow()), 1),
            Map.of(MODEL, live),
            new Turns(),
            inputs,
            new Shadows(1, () -> false, Runnable::run, inputs, new Unheard()),
            ledger,
            new Unheard(),
            clock::get,
            this::now);
    this.controller =
        Controller.of(
            new Controller.Parts(
                () -> name,
                PERIOD,
                store,
                new ReportedWindows(store, PERIOD),
                Outsides.NONE,
                Controller.Role.LEADS,
                this,
                Fingerprint::of,
                new Heard()));
    controller.tick(now());
  }

  private LiveVersion live(String name, SimulatedModel model) {
    var version = new Version(MODEL, name, "00");
    var point = List.of(new CostCurve.Point(1, 1_000));
    var policy =
        BatchPolicy.of(
            BatchSettings.defaults().withInlineBelow(DEADLINE),
            new CostCurve(point, point, CostCurve.End.ALL_SIZES));
    return new LiveVersion(
        new Loaded(
            version,
            model,
            new TextTask(OutputKind.PROBABILITIES, List.of("ham", "spam")),
            Map.of(),
            1),
        new Batcher(
            version,
            model,
            policy,
            new PooledBuffers(0),
            new InlineRunners(clock),
            (by, run) -> {}),
        new ErrorRate(),
        ledger.page(MODEL, name));
  }

  private Instant now() {
    return START.plusNanos(clock.get());
  }

  void serve(int requests, RandomGenerator chance) {
    for (int i = 0; i < requests; i++) {
      var ask = new Ask(MODEL, new Key.Anonymous(), new VariantOverride.None(), chance.nextLong());
      serving.serve(
          new Call(ask, TEXT, new Deadline(clock.get() + DEADLINE.toNanos()), Attempt.FIRST, "t"));
    }
  }

  /// Whatever is due at the beginning of a second.
  void second() {
    controller.report(now());
    if (now().getEpochSecond() % PERIOD.toSeconds() == tickAt) {
      controller.tick(now());
    }
  }

  /// The part of requests that a version gets here.
  Share share(String version) {
    return serving.routes().split(MODEL).orElseThrow().share(version);
  }

  @Override
  public void route(Map<String, Split> splits) {
    Split next = splits.get(MODEL);
    Routes before = serving.routes();
    if (next != null && before.split(MODEL).filter(next::equals).isEmpty()) {
      boolean changed =
          serving.reroute(before, Routes.of(Map.of(MODEL, next), before.revision() + 1));
      assert changed;
    }
  }

  @Override
  public Map<String, Split> splits() {
    return serving.routes().splits();
  }

  @Override
  public void prepare(Rollout rollout) {}

  @Override
  public List<Instances.Held> held() {
    return List.of("A", "B").stream()
        .map(name -> new Instances.Held(MODEL, name, Instances.Condition.HEALTHY, ""))
        .toList();
  }

  @Override
  public Optional<Counters> counters(String model, Instant windowEnd) {
    return serving.counters(model, windowEnd);
  }

  @Override
  public void close() {
    serving.versions().getOrDefault(MODEL, Map.of()).values().forEach(v -> v.batcher().close());
  }

  private static final class Unheard implements ServingListener {
    @Override
    public void assigned(Version version, Reason reason) {}

    @Override
    public void ended(Version version, Outcome outcome) {}

    @Override
    public void turnedAway(Version version) {
      throw new AssertionError("no room for a request of " + version);
    }

    @Override
    public void left(Version version) {}

    @Override
    public void failed(Version version, ModelError error, String traceId) {
      if (error.kind() != ModelError.Kind.FAILED) {
        throw new AssertionError("failed otherwise than by chance", error);
      }
    }

    @Override
    public void shadowed(Version version, ShadowResult result) {}
  }
}
