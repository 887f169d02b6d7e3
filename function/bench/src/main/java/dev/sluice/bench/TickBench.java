package dev.sluice.bench;

import dev.sluice.control.About;
import dev.sluice.control.Commands;
import dev.sluice.control.ControlListener;
import dev.sluice.control.Controller;
import dev.sluice.control.DataPlane;
import dev.sluice.control.Entry;
import dev.sluice.control.Instances;
import dev.sluice.control.Outsides;
import dev.sluice.control.Proposal;
import dev.sluice.control.ReportedWindows;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Ruling;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.control.Verb;
import dev.sluice.experiment.Counters;
import dev.sluice.experiment.Exposure;
import dev.sluice.experiment.Ledger;
import dev.sluice.experiment.Outcome;
import dev.sluice.experiment.Shares;
import dev.sluice.rollout.Pacing;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Presets;
import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.Terms;
import dev.sluice.routing.Split;
import dev.sluice.store.JdbcStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What a tick costs the CPU while 20 rollouts run: the real controller on a SQLite file, in
/// virtual time, with 50 requests a second on each model.
final class TickBench {
  private static final int ROLLOUTS = 20;
  private static final int REQUESTS_A_SECOND = 50;
  private static final Duration PERIOD = Duration.ofSeconds(5);
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  // Nothing is promoted before the end.
  private static final Plan PLAN =
      Presets.canary()
          .withTerms(Terms.DEFAULT.withWindow(Duration.ofSeconds(10)))
          .withPacing(Pacing.of(Pacing.Pace.PROOF).withMinWindows(1_000_000, 1_000_000));

  private final int seconds;

  /// @param seconds of virtual time; the second half counts
  TickBench(int seconds) {
    this.seconds = seconds;
  }

  List<Figure> run() throws IOException {
    Path folder = Files.createTempDirectory("tick");
    try (JdbcStore store = JdbcStore.open(folder.resolve("sluice.db").toString())) {
      return run(store);
    } catch (StoreUnavailable away) {
      throw new IOException(away);
    } finally {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  private List<Figure> run(JdbcStore store) throws StoreUnavailable {
    var world = new World();
    store.write(store.settings().configured(world.routed));
    Controller controller =
        Controller.of(
            new Controller.Parts(
                () -> "bench",
                PERIOD,
                store,
                new ReportedWindows(store, PERIOD),
                Outsides.NONE,
                Controller.Role.LEADS,
                world,
                store::digest,
                new Deaf()));
    controller.tick(START);
    begin(store);
    var closing = new Figures();
    var between = new Figures();
    var thread = ManagementFactory.getThreadMXBean();
    for (int second = 1; second <= seconds; second++) {
      Instant now = START.plusSeconds(second);
      world.now = now;
      world.callers();
      controller.report(now);
      if (second % PERIOD.toSeconds() == 0) {
        long written = store.lastSequence();
        long before = thread.getCurrentThreadCpuTime();
        controller.tick(now);
        double millis = (thread.getCurrentThreadCpuTime() - before) / 1e6;
        if (second > seconds / 2) {
          (store.lastSequence() - written >= ROLLOUTS ? closing : between).add(millis);
        }
      }
    }
    return List.of(
        Figure.atMost("a tick that closes 20 windows: CPU", closing.median(), "ms", 50),
        Figure.plain("a tick that closes none: CPU", between.median(), "ms"));
  }

  private static void begin(JdbcStore store) throws StoreUnavailable {
    var commands =
        new Commands(
            store, (model, version) -> true, ROLLOUTS, store::digest, entry -> {}, () -> {});
    var chance = new SplittableRandom(1);
    var about = new About("", "", List.of(), "bench", START);
    for (String model : models()) {
      Ruling drafted =
          commands.create(new Proposal(model, "B", PLAN, about), Optional.empty(), START, chance);
      if (!(drafted instanceof Ruling.Done(RolloutRecord draft, Ruling.Repeated first))) {
        throw new IllegalStateException("no rollout: " + drafted);
      }
      commands.obey(
          new Commands.Order(
              draft.id(), Verb.START.by("bench", ""), OptionalLong.empty(), Optional.empty()),
          START);
    }
  }

  private static List<String> models() {
    return IntStream.range(0, ROLLOUTS).mapToObj(number -> "model-" + number).toList();
  }

  /// Models that answer by chance.
  private static final class World implements DataPlane {
    private final SplittableRandom chance = new SplittableRandom(1);
    private final Ledger ledger = new Ledger(() -> "bench", START, 1);
    private final Map<String, Split> routed = new HashMap<>();
    private final Map<String, Instant> since = new HashMap<>();
    private Instant now = START;

    World() {
      for (String model : models()) {
        var weights = new LinkedHashMap<String, Double>();
        weights.put("A", 0.9);
        weights.put("B", 0.1);
        routed.put(model, Split.of(weights));
        since.put(model, START);
      }
    }

    void callers() {
      routed.forEach(
          (model, split) -> {
            for (int i = 0; i < REQUESTS_A_SECOND; i++) {
              String version =
                  chance.nextInt(10_000) < split.share("B").basisPoints() ? "B" : "A";
              var result =
                  chance.nextInt(200) == 0 ? Outcome.Result.ERROR : Outcome.Result.OK;
              long nanos = (long) (20e6 * Math.exp(0.4 * chance.nextGaussian()));
              ledger
                  .page(model, version)
                  .record(
                      new Outcome(model, version, result, Outcome.Counted.EXPOSURE, nanos),
                      new Exposure(chance.nextLong(), Exposure.Kind.NONE));
            }
          });
    }

    @Override
    public void route(Map<String, Split> splits) {
      splits.forEach(
          (model, split) -> {
            if (!split.equals(routed.put(model, split))) {
              since.put(model, now);
            }
          });
    }

    @Override
    public Map<String, Split> splits() {
      return Map.copyOf(routed);
    }

    @Override
    public void prepare(Rollout rollout) {}

    @Override
    public List<Instances.Held> held() {
      return models().stream()
          .flatMap(
              model ->
                  Stream.of("A", "B")
                      .map(
                          version ->
                              new Instances.Held(
                                  model, version, Instances.Condition.HEALTHY, "")))
          .toList();
    }

    @Override
    public Optional<Counters> counters(String model, Instant end) {
      return Optional.of(
          ledger.read(
              model,
              () -> Shares.of(routed.get(model), since.getOrDefault(model, START)),
              end));
    }
  }

  /// Nothing is shown, and nothing may go wrong.
  private static final class Deaf implements ControlListener {
    @Override
    public void seen(List<RolloutRecord> active) {}

    @Override
    public void entered(Entry.Logged entry) {}

    @Override
    public void wrote(Entry entry) {}

    @Override
    public void judged(RolloutRecord record) {}

    @Override
    public void broke(String model, Throwable cause) {
      throw new IllegalStateException(model, cause);
    }

    @Override
    public void refused(String model, String why) {
      throw new IllegalStateException(model + ": " + why);
    }

    @Override
    public void storeAway(StoreUnavailable away) {
      throw new IllegalStateException(away);
    }

    @Override
    public void storeBack() {}
  }
}
