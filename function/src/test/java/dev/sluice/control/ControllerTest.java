package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Replica.Traffic;
import dev.sluice.rollout.Pacing;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Presets;
import dev.sluice.rollout.RolloutId;
import dev.sluice.rollout.State;
import dev.sluice.rollout.Terms;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Whole rollouts in virtual time: real ledgers, controllers and judge; only the clock and the
/// callers are the test's.
class ControllerTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final MemoryStore store = new MemoryStore();
  private final Flaky flaky = new Flaky(store);
  private final Heard heard = new Heard();
  private final SplittableRandom chance = new SplittableRandom(5);
  private final List<Replica> processes = new ArrayList<>();

  @Test
  void promotesAHealthyCanaryByProof() throws StoreUnavailable {
    Replica process = process("one");
    RolloutId id = started(quick());

    run(Traffic.healthy(200), Duration.ofMinutes(40));

    assertThat(state(id)).isInstanceOf(State.Promoted.class);
    assertThat(process.split().stable()).isEqualTo("B");
    assertThat(process.split().share("B")).isEqualTo(Share.ALL);
    assertThat(words(id))
        .containsSubsequence(
            "draft starting", "starting running", "running running", "running promoted");
  }

  @Test
  void rollsBackAFailingCanaryWithinTwoWindowsAndATick() throws StoreUnavailable {
    Replica process = process("one");
    RolloutId id = started(quick());
    run(Traffic.healthy(200), Duration.ofSeconds(30));

    run(Traffic.failing(200), Duration.ofSeconds(20 + 5));

    assertThat(state(id)).isInstanceOf(State.RolledBack.class);
    assertThat(process.share()).isEqualTo(Share.NONE);
    assertThat(process.split().share("A")).isEqualTo(Share.ALL);
    assertThat(last(id).change().orElseThrow().sentence()).contains("error_rate proven worse");
  }

  @Test
  void countsAWindowOnceHoweverManyProcessesTick() throws StoreUnavailable {
    process("one");
    process("two");
    process("three");
    RolloutId id = started(quick().withPromotion(Plan.Promotion.MANUAL));

    run(Traffic.healthy(40), Duration.ofMinutes(5));

    RolloutRecord record = store.find(id).orElseThrow();
    assertThat(record.evidence().repeated()).isZero();
    assertThat(windowEnds(id)).doesNotHaveDuplicates().isSorted();
    assertThat(record.results().stable().requests() + record.results().canary().requests())
        .isEqualTo(3 * 40.0 * record.results().observed().toSeconds())
        .isGreaterThan(3 * 40 * 240);
  }

  @Test
  void aRollbackReachesEveryProcessWithinTwoPeriods() throws StoreUnavailable {
    process("one");
    process("two");
    process("three");
    RolloutId id = started(quick());
    run(Traffic.healthy(100), Duration.ofSeconds(30));
    while (!(state(id) instanceof State.RolledBack)) {
      run(Traffic.failing(100), Duration.ofSeconds(1));
    }

    run(Traffic.failing(100), Replica.PERIOD.multipliedBy(2));

    assertThat(processes).allSatisfy(each -> assertThat(each.share()).isEqualTo(Share.NONE));
  }

  @Test
  void goesOnWhenTheProcessThatLedIsGone() throws StoreUnavailable {
    process("one");
    process("two");
    RolloutId id = started(quick());
    run(Traffic.healthy(150), Duration.ofMinutes(2));

    processes.removeFirst();
    run(Traffic.healthy(300), Duration.ofMinutes(40));

    assertThat(state(id)).isInstanceOf(State.Promoted.class);
  }

  @Test
  void waitsForEveryProcessToHaveTheCanary() throws StoreUnavailable {
    process("one");
    Replica second = process("two");
    second.holds("B", Instances.Condition.LOADING, "");
    RolloutId id = started(quick());
    run(Traffic.healthy(10), Duration.ofMinutes(1));
    assertThat(state(id)).isInstanceOf(State.Starting.class);

    second.holds("B", Instances.Condition.HEALTHY, "");
    run(Traffic.healthy(10), Duration.ofSeconds(10));

    assertThat(state(id)).isInstanceOf(State.Running.class);
  }

  @Test
  void failsWhenAProcessCannotLoadTheCanary() throws StoreUnavailable {
    process("one");
    process("two").holds("B", Instances.Condition.FAILED, "no such operator");
    RolloutId id = started(quick());

    run(Traffic.healthy(10), Duration.ofSeconds(30));

    assertThat(state(id)).isInstanceOf(State.Failed.class);
    assertThat(last(id).change().orElseThrow().cause().text()).isEqualTo("two: no such operator");
  }

  @Test
  void narrowsByItselfWhileTheStoreIsAwayAndWritesItDownAfterwards() throws StoreUnavailable {
    Replica process = process("one");
    RolloutId id = started(quick());
    run(Traffic.healthy(200), Duration.ofSeconds(30));
    Share before = process.share();

    flaky.away();
    run(Traffic.failing(200), Duration.ofSeconds(45));

    assertThat(before).isGreaterThan(Share.NONE);
    assertThat(process.share()).isEqualTo(Share.NONE);
    assertThat(state(id)).isInstanceOf(State.Running.class);

    flaky.back();
    run(Traffic.healthy(200), Duration.ofSeconds(5));

    assertThat(state(id)).isInstanceOf(State.RolledBack.class);
    assertThat(process.share()).isEqualTo(Share.NONE);
    assertThat(replayed(id).identical()).isTrue();
  }

  @Test
  void neverWidensWhileTheStoreIsAway() throws StoreUnavailable {
    Replica process = process("one");
    RolloutId id = started(quick());
    run(Traffic.healthy(200), Duration.ofSeconds(60));
    Share before = process.share();

    flaky.away();
    run(Traffic.healthy(200), Duration.ofMinutes(30));

    assertThat(process.share()).isEqualTo(before);

    flaky.back();
    run(Traffic.healthy(200), Duration.ofMinutes(40));

    assertThat(state(id)).isInstanceOf(State.Promoted.class);
  }

  @Test
  void aProcessThatStartsAnewFollowsWhatIsWritten() throws StoreUnavailable {
    Replica first = process("one");
    started(quick());
    run(Traffic.healthy(200), Duration.ofMinutes(3));
    Share share = first.share();
    processes.clear();

    Replica second = process("two");

    assertThat(share).isGreaterThan(Share.NONE);
    assertThat(second.share()).isEqualTo(share);
  }

  @Test
  void replaysEveryDecisionOfARollout() throws StoreUnavailable {
    process("one");
    RolloutId good = started(quick());
    run(Traffic.healthy(200), Duration.ofMinutes(40));

    assertThat(state(good)).isInstanceOf(State.Promoted.class);
    assertThat(replayed(good).identical()).isTrue();
    assertThat(replayed(good).entries()).isGreaterThan(5);
  }

  @Test
  void aRolloutThatBreaksDoesNotKeepTheOthersFromTheirs() throws StoreUnavailable {
    Replica process = process("one");
    RolloutId id = started(quick());
    store.write(store.settings().written("broken", Split.single("A")));
    run(Traffic.healthy(10), Duration.ofSeconds(10));

    assertThat(heard.broke).isEmpty();
    assertThat(process.seen().splits()).containsKey("broken");
    assertThat(state(id)).isInstanceOf(State.Running.class);
  }

  @Test
  void givesWhatWasRolledBackEverybodyOnlyWithAReason() throws StoreUnavailable {
    process("one");
    started(quick());
    run(Traffic.failing(200), Duration.ofMinutes(2));

    Ruling slip = commands().standing().promote(Replica.MODEL, "");
    Ruling meant = commands().standing().promote(Replica.MODEL, "it was the database");

    assertThat(slip).isInstanceOf(Ruling.Conflict.class);
    assertThat(((Ruling.Conflict) slip).reason()).contains("B was rolled back in rollout");
    assertThat(meant).isInstanceOf(Ruling.Settled.class);
    assertThat(store.settings().split(Replica.MODEL).orElseThrow().stable()).isEqualTo("B");
  }

  @Test
  void aSecondRolloutOfAModelIsToldOfTheFirst() throws StoreUnavailable {
    process("one");
    RolloutId first = started(quick());
    var about = new About("", "", List.of(), "test", clock);
    var proposal = new Proposal(Replica.MODEL, "B", quick(), about);
    Ruling second = commands().create(proposal, Optional.empty(), clock, chance);

    Ruling begun =
        commands()
            .obey(
                new Commands.Order(
                    ((Ruling.Done) second).record().id(),
                    Verb.START.by("test", ""),
                    OptionalLong.empty(),
                    Optional.empty()),
                clock);

    assertThat(begun).isInstanceOf(Ruling.Conflict.class);
    assertThat(((Ruling.Conflict) begun).current().orElseThrow().id()).isEqualTo(first);
    assertThat(((Ruling.Conflict) begun).possible()).contains(Verb.ROLLBACK);
  }

  @Test
  void startsNoMoreRolloutsThanThereMayBeAtOnce() throws StoreUnavailable {
    process("one");
    store.write(
        store.settings().written("other", store.settings().split(Replica.MODEL).orElseThrow()));
    RolloutId first = started(quick());
    var one =
        new Commands(store, (model, version) -> true, 1, Fingerprint::of, entry -> {}, () -> {});
    var about = new About("", "", List.of(), "test", clock);
    Ruling second =
        one.create(new Proposal("other", "B", quick(), about), Optional.empty(), clock, chance);
    var start =
        new Commands.Order(
            ((Ruling.Done) second).record().id(),
            Verb.START.by("test", ""),
            OptionalLong.empty(),
            Optional.empty());

    assertThat(((Ruling.Conflict) one.obey(start, clock)).reason())
        .contains("MAX_CONCURRENT_ROLLOUTS");
    one.obey(
        new Commands.Order(
            first, Verb.ROLLBACK.by("test", ""), OptionalLong.empty(), Optional.empty()),
        clock);
    assertThat(one.obey(start, clock)).isInstanceOf(Ruling.Done.class);
  }

  @Test
  void aStartAndAPromotionAtTheSameTimeComeOneAfterTheOther() throws StoreUnavailable {
    Replica process = process("one");
    var about = new About("", "", List.of(), "test", clock);
    var proposal = new Proposal(Replica.MODEL, "B", quick(), about);
    RolloutId id =
        ((Ruling.Done) commands().create(proposal, Optional.empty(), clock, chance)).record().id();
    Settings before = store.settings();
    commands()
        .obey(
            new Commands.Order(
                id, Verb.START.by("test", ""), OptionalLong.empty(), Optional.empty()),
            clock);

    Split promoted = before.split(Replica.MODEL).flatMap(Split::promoted).orElseThrow();

    assertThat(store.write(before.written(Replica.MODEL, promoted)))
        .isEqualTo(Rollouts.Written.STALE);
    run(Traffic.healthy(10), Duration.ofSeconds(10));
    assertThat(process.split().stable()).isEqualTo("A");
  }

  @Test
  void aRolloutThatDoesNotBelongToItsSplitMovesNothingAndCanBeEnded() throws StoreUnavailable {
    Replica process = process("one");
    RolloutId id = started(quick());
    Settings settings = store.settings();
    store.write(
        settings.written(
            Replica.MODEL, settings.split(Replica.MODEL).flatMap(Split::promoted).orElseThrow()));

    run(Traffic.healthy(10), Duration.ofSeconds(20));
    Ruling ended =
        commands()
            .obey(
                new Commands.Order(
                    id, Verb.ROLLBACK.by("test", ""), OptionalLong.empty(), Optional.empty()),
                clock);

    assertThat(process.split().share("B")).isEqualTo(Share.ALL);
    assertThat(ended).isInstanceOf(Ruling.Done.class);
  }

  @Test
  void startsCleanAfterARollback() throws StoreUnavailable {
    Replica process = process("one");
    RolloutId bad = started(quick());
    run(Traffic.failing(200), Duration.ofMinutes(2));
    assertThat(state(bad)).isInstanceOf(State.RolledBack.class);

    RolloutId good = started(quick());
    run(Traffic.healthy(200), Duration.ofSeconds(20));

    assertThat(state(good)).isInstanceOf(State.Running.class);
    assertThat(store.find(good).orElseThrow().rollout().sight().harmful()).isEmpty();
    assertThat(process.share()).isGreaterThan(Share.NONE);
  }

  private Replica process(String name) throws StoreUnavailable {
    if (store.settings().revision() == 0) {
      var weights = new LinkedHashMap<String, Double>();
      weights.put("A", 0.9);
      weights.put("B", 0.1);
      store.write(store.settings().configured(Map.of(Replica.MODEL, Split.of(weights))));
    }
    Instant now = processes.isEmpty() ? clock : processes.getFirst().now;
    var process = new Replica(name, flaky.store(), now, heard);
    processes.add(process);
    process.tick();
    return process;
  }

  private Instant clock = START;

  private void run(Traffic traffic, Duration time) {
    for (long i = 0; i < time.toSeconds(); i++) {
      processes.forEach(process -> process.second(traffic, chance));
      clock = clock.plusSeconds(1);
    }
  }

  private static Plan quick() {
    return Presets.fast()
        .withTerms(Terms.DEFAULT.withWindow(Duration.ofSeconds(10)))
        .withPacing(Pacing.of(Pacing.Pace.PROOF).withMinWindows(1, 3));
  }

  private Commands commands() {
    return new Commands(
        store, (model, version) -> true, 10, Fingerprint::of, entry -> {}, () -> {});
  }

  private RolloutId started(Plan plan) throws StoreUnavailable {
    var about = new About("", "", List.of(), "test", clock);
    Ruling created =
        commands()
            .create(new Proposal(Replica.MODEL, "B", plan, about), Optional.empty(), clock, chance);
    assertThat(created).isInstanceOf(Ruling.Done.class);
    RolloutId id = ((Ruling.Done) created).record().id();
    Ruling begun =
        commands()
            .obey(
                new Commands.Order(
                    id, Verb.START.by("test", ""), OptionalLong.empty(), Optional.empty()),
                clock);
    assertThat(begun).isInstanceOf(Ruling.Done.class);
    return id;
  }

  private State state(RolloutId id) {
    return store.find(id).orElseThrow().rollout().state();
  }

  private Entry last(RolloutId id) {
    return store.entries(id, -1, 10_000).getLast().entry();
  }

  private List<String> words(RolloutId id) {
    return store.entries(id, -1, 10_000).stream()
        .flatMap(logged -> logged.entry().change().stream())
        .map(change -> change.from() + " " + change.to())
        .toList();
  }

  private List<Instant> windowEnds(RolloutId id) {
    return store.entries(id, -1, 10_000).stream()
        .map(logged -> logged.entry().event())
        .filter(Event.Judged.class::isInstance)
        .flatMap(event -> ((Event.Judged) event).windows().stream())
        .map(window -> window.end())
        .toList();
  }

  private Replay.Replayed replayed(RolloutId id) {
    return Replay.of(
        store.entries(id, -1, 10_000).stream().map(Entry.Logged::entry).toList(), Fingerprint::of);
  }
}
