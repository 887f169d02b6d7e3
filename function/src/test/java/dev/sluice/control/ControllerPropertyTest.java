package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.control.Replica.Traffic;
import dev.sluice.experiment.Guard;
import dev.sluice.rollout.Command;
import dev.sluice.rollout.Pacing;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Presets;
import dev.sluice.rollout.RolloutId;
import dev.sluice.rollout.State;
import dev.sluice.rollout.Terms;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import dev.sluice.statistics.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/// What holds under any sequence of traffic, commands, faults and crashes.
class ControllerPropertyTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /// Something that happens.
  sealed interface Act {
    record Serve(Traffic traffic, int seconds) implements Act {}

    record Say(Verb verb) implements Act {}

    record Away(boolean away) implements Act {}

    /// Every so many calls of the store fail, before they are done or after.
    record Stumble(int every, boolean after) implements Act {}

    record Crash() implements Act {}

    record Join() implements Act {}
  }

  @Property(tries = 60)
  void theShareGrowsOnlyByProofTheClockOrAPersonAndOnlyOnceItIsWritten(
      @ForAll("plans") Plan plan, @ForAll("acts") List<Act> acts, @ForAll long seed)
      throws StoreUnavailable {
    var world = new World(plan, seed);
    for (Act act : acts) {
      world.happens(act);
    }

    assertThat(world.unwritten).isEmpty();
    world.requireGrowthIsJustified();
  }

  @Property(tries = 30)
  void everyDecisionIsMadeAgainFromTheRecordAndNoWindowCountsTwice(
      @ForAll("plans") Plan plan, @ForAll("acts") List<Act> acts, @ForAll long seed)
      throws StoreUnavailable {
    var world = new World(plan, seed);
    for (Act act : acts) {
      world.happens(act);
    }

    for (RolloutRecord record : world.store.list(Rollouts.Filter.newest(100))) {
      List<Entry> entries = world.entries(record.id());
      assertThat(Replay.of(entries, Fingerprint::of).difference()).isEmpty();
      assertThat(record.evidence().repeated()).isZero();
      assertThat(
              entries.stream()
                  .map(Entry::event)
                  .filter(Event.Judged.class::isInstance)
                  .flatMap(event -> ((Event.Judged) event).windows().stream())
                  .map(window -> window.end())
                  .toList())
          .doesNotHaveDuplicates()
          .isSorted();
    }
  }

  @Provide
  Arbitrary<Plan> plans() {
    var quick = Terms.DEFAULT.withWindow(Duration.ofSeconds(10)).withPatience(15);
    return Arbitraries.of(
            Presets.fast(), Presets.canary(), Presets.errorCeiling(), Presets.latencyCheck())
        .map(plan -> plan.withTerms(quick))
        .map(plan -> plan.withPacing(new Pacing(plan.pacing().pace(), 1, 2, 50)));
  }

  @Provide
  Arbitrary<List<Act>> acts() {
    Arbitrary<Traffic> traffic =
        Arbitraries.of(
            Traffic.healthy(60),
            Traffic.healthy(200),
            Traffic.failing(60),
            new Traffic(60, 0.01, 0.03, 1),
            new Traffic(60, 0, 0, 3),
            Traffic.healthy(0));
    Arbitrary<Act> serve =
        Combinators.combine(traffic, Arbitraries.integers().between(5, 60)).as(Act.Serve::new);
    Arbitrary<Act> say =
        Arbitraries.of(Verb.START, Verb.PAUSE, Verb.RESUME, Verb.PROMOTE, Verb.ROLLBACK, Verb.STOP)
            .map(Act.Say::new);
    Arbitrary<Act> away = Arbitraries.of(true, false).map(Act.Away::new);
    Arbitrary<Act> stumble =
        Combinators.combine(Arbitraries.integers().between(2, 9), Arbitraries.of(true, false))
            .as(Act.Stumble::new);
    return Arbitraries.frequencyOf(
            Tuple.of(12, serve),
            Tuple.of(2, say),
            Tuple.of(2, away),
            Tuple.of(1, stumble),
            Tuple.of(1, Arbitraries.just(new Act.Crash())),
            Tuple.of(1, Arbitraries.just(new Act.Join())))
        .list()
        .ofMinSize(5)
        .ofMaxSize(25);
  }

  /// Processes, callers and people.
  private static final class World {
    final MemoryStore store = new MemoryStore();
    final List<String> unwritten = new ArrayList<>();
    private final Flaky flaky = new Flaky(store);
    private final List<Replica> replicas = new ArrayList<>();
    private final Map<Replica, Share> shares = new LinkedHashMap<>();
    private final SplittableRandom chance;
    private final Plan plan;
    private Instant now = START;
    private int names;

    World(Plan plan, long seed) throws StoreUnavailable {
      this.plan = plan;
      this.chance = new SplittableRandom(seed);
      store.write(store.settings().configured(Map.of(Replica.MODEL, Split.single("A"))));
      join();
      release();
    }

    void happens(Act act) throws StoreUnavailable {
      switch (act) {
        case Act.Serve(Traffic traffic, int seconds) -> serve(traffic, seconds);
        case Act.Say(Verb verb) -> say(verb);
        case Act.Away(boolean away) -> {
          flaky.back();
          if (away) {
            flaky.away();
          }
        }
        case Act.Stumble(int every, boolean after) -> {
          flaky.back();
          if (after) {
            flaky.losingAnswers(call -> call % every == 0);
          } else {
            flaky.refusing(call -> call % every == 0);
          }
        }
        case Act.Crash crash -> {
          shares.remove(replicas.removeFirst());
          join();
        }
        case Act.Join join -> {
          if (replicas.size() < 3) {
            join();
          }
        }
      }
      watch();
    }

    private void serve(Traffic traffic, int seconds) {
      for (int i = 0; i < seconds; i++) {
        now = now.plusSeconds(1);
        for (Replica replica : replicas) {
          replica.second(traffic, chance);
        }
        watch();
      }
    }

    /// A process may only ever have a share that some rollout was written with.
    private void watch() {
      Set<Share> written = new HashSet<>(Set.of(Share.NONE, Share.ALL));
      boolean promoted = false;
      for (Entry.Logged logged : store.log(0, 100_000)) {
        Optional<Share> to = logged.entry().change().map(Change::toShare);
        to.ifPresent(written::add);
        promoted |= to.filter(Share.ALL::equals).isPresent();
      }
      if (!promoted) {
        written.remove(Share.ALL);
      }
      for (Replica replica : replicas) {
        Share share = replica.share();
        if (!written.contains(share)) {
          unwritten.add(replica.name + " has " + share);
        }
        shares.put(replica, share);
      }
    }

    private void join() throws StoreUnavailable {
      flaky.back();
      names++;
      replicas.add(new Replica("p" + names, flaky.store(), now, new Heard()));
    }

    private Commands commands() {
      return new Commands(
          store, (model, version) -> true, 10, Fingerprint::of, entry -> {}, () -> {});
    }

    private void release() throws StoreUnavailable {
      var about = new About("", "", List.of(), "test", now);
      commands()
          .create(new Proposal(Replica.MODEL, "B", plan, about), Optional.empty(), now, chance);
      say(Verb.START);
    }

    private void say(Verb verb) throws StoreUnavailable {
      RolloutRecord newest = store.list(Rollouts.Filter.newest(1)).getFirst();
      if (verb == Verb.START
          && newest.rollout().state().isFinal()
          && !store.settings().split(Replica.MODEL).orElseThrow().stable().equals("B")) {
        release();
        return;
      }
      commands()
          .obey(
              new Commands.Order(
                  newest.id(), verb.by("test", "because"), OptionalLong.empty(), Optional.empty()),
              now);
    }

    List<Entry> entries(RolloutId id) {
      return store.entries(id, -1, 100_000).stream().map(Entry.Logged::entry).toList();
    }

    void requireGrowthIsJustified() {
      for (RolloutRecord record : store.list(Rollouts.Filter.newest(100))) {
        RolloutRecord before = record;
        for (Entry entry : entries(record.id())) {
          if (entry.event() instanceof Event.Created created) {
            before = created.draft();
            continue;
          }
          var next = (Advance.Outcome.Next) Advance.of(before, entry.event(), entry.at());
          Share was = before.rollout().share();
          Share is = next.record().rollout().share();
          if (is.compareTo(was) > 0) {
            assertThat(justified(before, entry, next.record(), is)).as("%s", entry).isTrue();
          }
          before = next.record();
        }
      }
    }

    private static boolean justified(
        RolloutRecord before, Entry entry, RolloutRecord next, Share share) {
      return switch (entry.event()) {
        case Event.Created created -> false;
        case Event.Commanded(var command) ->
            command instanceof Command.Promote && !command.reason().isBlank();
        case Event.Reported reported ->
            before.rollout().state() instanceof State.Starting
                && share.equals(next.rollout().plan().share(0));
        case Event.Judged judged -> proven(next, share) || byTheClock(next, share);
      };
    }

    private static boolean proven(RolloutRecord next, Share share) {
      var sight = next.rollout().sight();
      return sight.harmful().isEmpty()
          && next.rollout().plan().guards().stream()
              .filter(guard -> guard.role() == Guard.Role.PACING)
              .allMatch(
                  guard ->
                      sight.judgement().findings().stream()
                          .filter(finding -> finding.guard().equals(guard))
                          .allMatch(
                              finding ->
                                  (share.equals(Share.ALL)
                                          ? finding.verdict()
                                          : finding.verdict(share.fraction()))
                                      == Verdict.SAFE));
    }

    private static boolean byTheClock(RolloutRecord next, Share share) {
      return next.rollout().plan().pacing().pace() == Pacing.Pace.TIME && !share.equals(Share.ALL);
    }
  }
}
