package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.experiment.Groups;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Sums;
import dev.sluice.experiment.Tally;
import dev.sluice.experiment.Window;
import dev.sluice.rollout.Pacing;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Presets;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.RolloutId;
import dev.sluice.rollout.State;
import dev.sluice.rollout.Terms;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The controller and traffic that is split outside of the processes: an alias, a rule.
class ControllerOutsideTest {
  private static final Duration PERIOD = Duration.ofMinutes(1);
  private static final String MODEL = OutsideTraffic.MODEL;

  private final MemoryStore store = new MemoryStore();
  private final Flaky flaky = new Flaky(store);
  private final Heard heard = new Heard();
  private final OutsideTraffic outside = new OutsideTraffic();
  private final SplittableRandom chance = new SplittableRandom(7);
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void learnsAtFirstSightWhichVersionEverybodyHas() throws StoreUnavailable {
    outside.stable = "7";

    controller().tick(now);

    assertThat(store.settings().split(MODEL)).contains(Split.single("7"));
    assertThat(outside.applied).isEmpty();
  }

  @Test
  void promotesAHealthyVersionAndTrafficFollowsInTheTickThatDecides() throws StoreUnavailable {
    Controller controller = controller();
    RolloutId id = started(controller, "2");

    while (state(id) instanceof State.Running) {
      tick(controller, 0.005);
      assertThat(outside.share("2")).isEqualTo(share(id));
    }

    assertThat(state(id)).isInstanceOf(State.Promoted.class);
    assertThat(outside.stable).isEqualTo("2");
    assertThat(outside.canaries).isEmpty();
  }

  @Test
  void takesTrafficFromABadVersionInTheTickThatDecides() throws StoreUnavailable {
    Controller controller = controller();
    RolloutId id = started(controller, "2");
    assertThat(outside.share("2")).isGreaterThan(Share.NONE);

    tick(controller, 0.5);

    assertThat(state(id)).isInstanceOf(State.RolledBack.class);
    assertThat(outside.share("1")).isEqualTo(Share.ALL);
  }

  @Test
  void repeatsTheLastMoveUntilItIsDoneWhoeverLeadsThen() throws StoreUnavailable {
    Controller first = controller();
    RolloutId id = started(first, "2");
    Share before = outside.share("2");
    badWindow(id);
    outside.fault = Optional.of("throttled");
    now = now.plus(PERIOD);
    first.tick(now);
    assertThat(state(id)).isInstanceOf(State.RolledBack.class);
    assertThat(outside.share("2")).isEqualTo(before);
    assertThat(heard.refused).contains(MODEL + ": throttled");

    Controller second = controller();
    outside.fault = Optional.empty();
    now = now.plus(PERIOD.multipliedBy(3));
    second.tick(now);

    assertThat(outside.share("1")).isEqualTo(Share.ALL);
  }

  @Test
  void putsRightWhatOthersMoveDuringARollout() throws StoreUnavailable {
    Controller controller = controller();
    RolloutId id = started(controller, "2");
    outside.canaries = Map.of("2", Share.ofPercent(90));

    tick(controller, 0.005);

    assertThat(outside.share("2")).isEqualTo(share(id));
  }

  @Test
  void leavesAloneWhatOthersMoveAfterwardsAndHoldsTheNextRolloutAgainstIt()
      throws StoreUnavailable {
    Controller controller = controller();
    RolloutId bad = started(controller, "2");
    tick(controller, 0.5);
    assertThat(state(bad)).isInstanceOf(State.RolledBack.class);
    tick(controller, 0.005);
    outside.stable = "3";

    tick(controller, 0.005);
    tick(controller(), 0.005);
    RolloutId next = started(controller, "4");

    assertThat(outside.stable).isEqualTo("3");
    assertThat(store.find(next).orElseThrow().rollout().stable()).isEqualTo("3");
  }

  @Test
  void aControllerThatWasHeldUpDoesNotUndoWhatAnotherDecidedMeanwhile() throws StoreUnavailable {
    Controller slow = controller();
    Controller other = controller();
    RolloutId id = started(slow, "2");
    badWindow(id);
    outside.canaries = Map.of();
    outside.meanwhile =
        () -> {
          now = now.plus(PERIOD);
          other.tick(now);
        };

    slow.tick(now.plusSeconds(30));

    assertThat(state(id)).isInstanceOf(State.RolledBack.class);
    assertThat(outside.share("1")).isEqualTo(Share.ALL);
  }

  @Test
  void aRolloutThatFindsTrafficElsewhereThanItWasWrittenForFailsAndMovesNothing()
      throws StoreUnavailable {
    Controller controller = controller();
    controller.tick(now);
    RolloutId id = created("3");
    outside.stable = "2";
    outside.applied.clear();

    now = now.plus(PERIOD);
    controller.tick(now);

    assertThat(state(id)).isInstanceOf(State.Failed.class);
    assertThat(last(id)).contains("2 has most of the traffic, not 1");
    assertThat(outside.applied).isEmpty();
    assertThat(outside.stable).isEqualTo("2");
  }

  @Test
  void aLastMoveThatComesThroughTooLateUndoesNothing() throws StoreUnavailable {
    Controller controller = controller();
    RolloutId id = started(controller, "2");
    badWindow(id);
    outside.fault = Optional.of("denied");
    now = now.plus(PERIOD);
    controller.tick(now);
    assertThat(state(id)).isInstanceOf(State.RolledBack.class);
    outside.stable = "3";
    outside.canaries = Map.of();
    outside.fault = Optional.empty();

    tick(controller, 0.005);

    assertThat(outside.share("3")).isEqualTo(Share.ALL);
    assertThat(store.settings().split(MODEL)).contains(Split.single("3"));
  }

  @Test
  void refusesToSettleWhatIsFoundOutside() throws StoreUnavailable {
    controller().tick(now);
    var standing = new StandingSplits(store, MODEL::equals, () -> {});

    assertThat(standing.settle(MODEL, Optional::of))
        .isInstanceOfSatisfying(
            Ruling.Conflict.class,
            conflict -> assertThat(conflict.reason()).contains("split outside of the processes"));
  }

  @Test
  void givesNoTrafficToAVersionThatIsNotReady() throws StoreUnavailable {
    outside.readiness = Optional.empty();
    Controller controller = controller();
    RolloutId id = started(controller, "2");

    assertThat(state(id)).isInstanceOf(State.Starting.class);
    assertThat(outside.share("1")).isEqualTo(Share.ALL);
  }

  @Test
  void failsARolloutOfAVersionThatWillNeverBeReady() throws StoreUnavailable {
    outside.readiness = Optional.of(new Report.LoadFailed("there is no version 9"));
    Controller controller = controller();
    RolloutId id = started(controller, "9");

    assertThat(state(id)).isInstanceOf(State.Failed.class);
    assertThat(last(id)).contains("there is no version 9");
  }

  @Test
  void aProcessThatFollowsMovesNothing() throws StoreUnavailable {
    controller().tick(now);
    RolloutId id = created("2");
    outside.applied.clear();

    now = now.plus(PERIOD.multipliedBy(5));
    controller(Controller.Role.FOLLOWS).tick(now);

    assertThat(state(id)).isInstanceOf(State.Starting.class);
    assertThat(outside.applied).isEmpty();
  }

  @Test
  void takesTrafficFromABadVersionWhileTheStoreIsAwayAndWritesItAfterwards()
      throws StoreUnavailable {
    Controller controller = controller();
    RolloutId id = started(controller, "2");
    badWindow(id);
    flaky.away();
    now = now.plus(PERIOD);
    controller.tick(now);
    assertThat(outside.share("1")).isEqualTo(Share.ALL);

    flaky.back();
    now = now.plus(PERIOD.multipliedBy(3));
    controller.tick(now);

    assertThat(state(id)).isInstanceOf(State.RolledBack.class);
    assertThat(outside.share("1")).isEqualTo(Share.ALL);
  }

  @Test
  void aMoveThatIsRefusedIsATroubleOfItsRollout() throws StoreUnavailable {
    Controller controller = controller();
    RolloutId id = started(controller, "2");
    outside.fault = Optional.of("not allowed: lambda:UpdateAlias");

    now = now.plus(PERIOD);
    controller.tick(now);

    assertThat(store.find(id).orElseThrow().rollout().troubles().toString())
        .contains("not allowed: lambda:UpdateAlias");
  }

  private Controller controller() throws StoreUnavailable {
    return controller(Controller.Role.LEADS);
  }

  private Controller controller(Controller.Role role) throws StoreUnavailable {
    String name = "p" + chance.nextInt(1_000_000);
    return Controller.of(
        new Controller.Parts(
            () -> name,
            Duration.ofSeconds(5),
            flaky.store(),
            outside,
            Outsides.of(List.of(outside)),
            role,
            outside,
            Fingerprint::of,
            heard));
  }

  private RolloutId created(String version) throws StoreUnavailable {
    var plan =
        Presets.fast()
            .withTerms(Terms.DEFAULT.withWindow(PERIOD))
            .withPacing(Pacing.of(Pacing.Pace.PROOF).withMinWindows(1, 3));
    List<Guard> ofErrors =
        plan.guards().stream().filter(guard -> guard.name().equals("error_rate")).toList();
    return started(plan.withGuards(ofErrors), version);
  }

  private RolloutId started(Plan plan, String version) throws StoreUnavailable {
    var commands =
        new Commands(store, (model, known) -> true, 10, Fingerprint::of, entry -> {}, () -> {});
    var about = new About("", "", List.of(), "test", now);
    var proposal = new Proposal(MODEL, version, plan, about);
    Ruling created = commands.create(proposal, Optional.empty(), now, chance);
    RolloutId id = ((Ruling.Done) created).record().id();
    Ruling begun =
        commands.obey(
            new Commands.Order(
                id, Verb.START.by("test", ""), OptionalLong.empty(), Optional.empty()),
            now);
    assertThat(begun).isInstanceOf(Ruling.Done.class);
    return id;
  }

  /// A rollout of which the controller has seen that its version is ready.
  private RolloutId started(Controller controller, String version) throws StoreUnavailable {
    controller.tick(now);
    RolloutId id = created(version);
    now = now.plus(PERIOD);
    controller.tick(now);
    return id;
  }

  private void tick(Controller controller, double errorsOfTheCanary) {
    store.active().forEach(record -> window(record, errorsOfTheCanary));
    now = now.plus(PERIOD);
    controller.tick(now);
  }

  private void badWindow(RolloutId id) {
    window(store.find(id).orElseThrow(), 0.5);
  }

  private void window(RolloutRecord record, double errors) {
    Share share = record.rollout().share();
    outside.windows.add(
        new Window(
            now,
            now.plus(PERIOD),
            share,
            tally(Math.rint(40_000 * share.rest().fraction()), 0.005),
            tally(Math.rint(40_000 * share.fraction()), errors)));
  }

  private static Tally tally(double requests, double errors) {
    return new Tally(
        new Counts(requests, Math.round(requests * errors)),
        Histogram.EMPTY,
        Sums.NONE,
        Groups.NONE,
        Optional.empty(),
        0,
        requests,
        Counts.NONE,
        0,
        Map.of());
  }

  private State state(RolloutId id) {
    return store.find(id).orElseThrow().rollout().state();
  }

  private Share share(RolloutId id) {
    return store.find(id).orElseThrow().rollout().share();
  }

  private String last(RolloutId id) {
    return store
        .entries(id, -1, 10_000)
        .getLast()
        .entry()
        .change()
        .map(Change::sentence)
        .orElse("");
  }
}
