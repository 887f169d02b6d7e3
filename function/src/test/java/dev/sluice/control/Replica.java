package dev.sluice.control;

import dev.sluice.experiment.Counters;
import dev.sluice.experiment.Exposure;
import dev.sluice.experiment.Ledger;
import dev.sluice.experiment.Outcome;
import dev.sluice.experiment.Shares;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// A process of a test: a real ledger and a real controller, whose traffic and clock the test has.
final class Replica implements DataPlane {
  static final String MODEL = "digits";
  static final Duration PERIOD = Duration.ofSeconds(5);

  final String name;
  private final Ledger ledger;
  private final Controller controller;
  private final List<Instances.Held> held = new ArrayList<>();
  private Split split;
  private Instant since;
  Instant now;

  Replica(String name, Store store, Instant now, ControlListener listener) throws StoreUnavailable {
    this.name = name;
    this.now = now;
    this.since = now;
    this.ledger = new Ledger(() -> name, now, 1);
    this.split = Split.single("A");
    for (String version : List.of("A", "B")) {
      held.add(new Instances.Held(MODEL, version, Instances.Condition.HEALTHY, ""));
      var page = ledger.page(MODEL, version);
      assert page != null;
    }
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
                listener));
    route(controller.seen().splits());
  }

  /// Requests of one second, and then whatever is due.
  void second(Traffic traffic, RandomGenerator chance) {
    for (int i = 0; i < traffic.perSecond(); i++) {
      boolean canary = chance.nextInt(10_000) < share().basisPoints();
      String version = canary ? "B" : split.stable();
      boolean fails = chance.nextDouble() < (canary ? traffic.canaryErrors() : traffic.errors());
      long nanos =
          (long) (20e6 * Math.exp(0.4 * chance.nextGaussian()) * (canary ? traffic.slower() : 1));
      var outcome =
          new Outcome(
              MODEL,
              version,
              fails ? Outcome.Result.ERROR : Outcome.Result.OK,
              Outcome.Counted.EXPOSURE,
              nanos);
      ledger
          .page(MODEL, version)
          .record(outcome, new Exposure(chance.nextLong(), Exposure.Kind.NONE));
    }
    now = now.plusSeconds(1);
    controller.report(now);
    if (now.getEpochSecond() % PERIOD.toSeconds() == 0) {
      controller.tick(now);
    }
  }

  /// What requests there are.
  ///
  /// @param slower how many times as long the canary takes
  record Traffic(int perSecond, double errors, double canaryErrors, double slower) {
    static Traffic healthy(int perSecond) {
      return new Traffic(perSecond, 0.005, 0.005, 1);
    }

    static Traffic failing(int perSecond) {
      return new Traffic(perSecond, 0.005, 0.25, 1);
    }
  }

  /// The part of requests that the canary B gets here.
  Share share() {
    return split.stable().equals("B") ? Share.ALL : split.share("B");
  }

  Split split() {
    return split;
  }

  Seen seen() {
    return controller.seen();
  }

  void tick() {
    controller.tick(now);
  }

  void holds(String version, Instances.Condition condition, String text) {
    held.removeIf(each -> each.version().equals(version));
    held.add(new Instances.Held(MODEL, version, condition, text));
    controller.tick(now);
  }

  @Override
  public void route(Map<String, Split> splits) {
    Split next = splits.getOrDefault(MODEL, split);
    if (!next.equals(split)) {
      split = next;
      since = now;
    }
  }

  @Override
  public Map<String, Split> splits() {
    return Map.of(MODEL, split);
  }

  @Override
  public void prepare(Rollout rollout) {}

  @Override
  public List<Instances.Held> held() {
    return List.copyOf(held);
  }

  @Override
  public Optional<Counters> counters(String model, Instant windowEnd) {
    return Optional.of(ledger.read(model, () -> Shares.of(split, since), windowEnd));
  }
}
