package dev.sluice.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.experiment.Finding;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Judgement;
import dev.sluice.routing.Share;
import dev.sluice.statistics.SampleRatioState;
import dev.sluice.statistics.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/// What holds whatever is judged, said, reported and however late.
class TransitionsPropertyTest {

  /// Something that happens to a rollout.
  sealed interface Event {
    record Tick(Sight sight) implements Event {}

    record Said(Command command) implements Event {}

    record Told(Report report) implements Event {}
  }

  /// An event, so long after the one before.
  record Timed(Event event, Duration after) {}

  /// A rollout before and after an event.
  record Change(Rollout before, Event event, Rollout after) {

    boolean grew() {
      return after.share().compareTo(before.share()) > 0;
    }
  }

  @Property
  void theShareGrowsOnlyByProofTheClockOrAPerson(
      @ForAll("plans") Plan plan, @ForAll("events") List<Timed> events) {
    assertThat(changes(plan, events))
        .filteredOn(Change::grew)
        .allSatisfy(
            change ->
                assertThat(
                        switch (change.event()) {
                          case Event.Said(var command) -> command instanceof Command.Promote;
                          case Event.Told told -> entersFirstStep(change);
                          case Event.Tick tick -> mayAdvance(change, change.after().sight());
                        })
                    .isTrue());
  }

  @Property
  void harmNeverLetsTheShareGrow(@ForAll("plans") Plan plan, @ForAll("events") List<Timed> events) {
    assertThat(changes(plan, events))
        .filteredOn(Change::grew)
        .filteredOn(change -> !(change.event() instanceof Event.Told))
        .noneMatch(change -> !change.after().sight().harmful().isEmpty());
  }

  @Property
  void whatIsFinalStays(@ForAll("plans") Plan plan, @ForAll("events") List<Timed> events) {
    assertThat(changes(plan, events))
        .filteredOn(change -> change.before().state().isFinal())
        .allSatisfy(
            change -> assertThat(change.after().state()).isEqualTo(change.before().state()));
  }

  @Property
  void anObservedRolloutIsMovedByPeopleOnly(
      @ForAll("plans") Plan plan, @ForAll("events") List<Timed> events) {
    assertThat(changes(plan.withMode(Plan.Mode.OBSERVE), events))
        .filteredOn(change -> change.event() instanceof Event.Tick)
        .filteredOn(change -> change.before().state().place().isPresent())
        .allSatisfy(
            change -> assertThat(change.after().state()).isEqualTo(change.before().state()));
  }

  @Property
  void harmOfARollbackGuardEndsEveryStateWithTraffic(
      @ForAll("plans") Plan plan, @ForAll("events") List<Timed> events) {
    List<Guard> guards =
        plan.guards().stream().map(guard -> guard.withAction(Guard.Action.ROLL_BACK)).toList();
    Plan acting =
        plan.withGuards(guards)
            .withMode(Plan.Mode.ACT)
            .withAutomaticRollback(Plan.AutomaticRollback.ON);

    assertThat(changes(acting, events))
        .filteredOn(change -> change.event() instanceof Event.Tick)
        .filteredOn(change -> !change.after().sight().harmful().isEmpty())
        .filteredOn(change -> change.before().state().place().isPresent())
        .filteredOn(change -> !change.before().state().isFinal())
        .allMatch(change -> change.after().state() instanceof State.RolledBack);
  }

  private static boolean entersFirstStep(Change change) {
    return change.before().state() instanceof State.Starting
        && change.after().share().equals(change.after().plan().share(0));
  }

  /// Written anew, from what a share may be entered on.
  private static boolean mayAdvance(Change change, Sight sight) {
    if (!(change.before().state() instanceof State.Running running)) {
      return false;
    }
    Plan plan = change.before().plan();
    Share next = plan.nextShare(running.stay().step());
    boolean first = change.before().share().equals(Share.NONE);
    boolean proven = all(sight, finding -> finding.verdict(next.fraction()) == Verdict.SAFE);
    boolean byClock =
        plan.pacing().pace() == Pacing.Pace.TIME
            && !next.equals(Share.ALL)
            && all(sight, finding -> finding.verdict() != Verdict.NO_DATA)
            && all(sight, finding -> finding.reading().logEHarm() < Math.log(2));
    return change.after().share().equals(next) && (first || proven || byClock);
  }

  private static boolean all(Sight sight, Function<Finding, Boolean> holds) {
    return sight.judgement().findings().stream()
        .filter(finding -> finding.guard().role() == Guard.Role.PACING)
        .allMatch(holds::apply);
  }

  private static List<Change> changes(Plan plan, List<Timed> events) {
    List<Change> changes = new ArrayList<>();
    Rollout rollout =
        Rollouts.moved(
            Transitions.after(Rollouts.draft(plan), new Command.Start("ann", ""), Rollouts.START));
    Instant now = Rollouts.START;
    for (Timed timed : events) {
      now = now.plus(timed.after());
      Rollout next = after(rollout, timed.event(), now);
      changes.add(new Change(rollout, timed.event(), next));
      rollout = next;
    }
    return changes;
  }

  private static Rollout after(Rollout rollout, Event event, Instant now) {
    return switch (event) {
      case Event.Tick(var sight) -> {
        Rollout seen = rollout.with(guardsOf(rollout.plan(), sight, rollout.sight()));
        yield Transitions.next(seen, now).map(Decision::next).orElse(seen);
      }
      case Event.Told(var report) ->
          Transitions.on(rollout, report, now).map(Decision::next).orElse(rollout);
      case Event.Said(var command) ->
          Transitions.after(rollout, command, now) instanceof Answer.Accepted(var decision)
              ? decision.next()
              : rollout;
    };
  }

  /// A sight of this plan's guards, with windows on top of those before.
  private static Sight guardsOf(Plan plan, Sight sight, Sight before) {
    List<Finding> found = sight.judgement().findings();
    List<Finding> findings =
        IntStream.range(0, plan.guards().size())
            .mapToObj(
                i ->
                    new Finding(
                        plan.guards().get(i), found.get(i).verdict(), found.get(i).reading(), 3, 3))
            .toList();
    return new Sight(
        new Judgement(findings, sight.judgement().split(), sight.judgement().canary()),
        before.windows() + sight.windows(),
        before.canaryUnits() + sight.canaryUnits(),
        sight.remaining());
  }

  @Provide
  Arbitrary<Plan> plans() {
    Arbitrary<List<Plan.Step>> steps =
        Arbitraries.of(
                List.of(5.0, 25.0, 50.0),
                List.of(0.0, 5.0, 25.0),
                List.of(10.0),
                List.of(1.0, 50.0))
            .map(percents -> percents.stream().map(Plan.Step::percent).toList());
    Arbitrary<Guard> second =
        Combinators.combine(Arbitraries.of(Guard.Role.class), Arbitraries.of(Guard.Action.class))
            .as(
                (role, action) ->
                    Guard.of("other", Rollouts.ERRORS.rule()).withRole(role).withAction(action));
    return Combinators.combine(
            steps,
            second,
            Arbitraries.of(Pacing.Pace.class),
            Arbitraries.of(Plan.Promotion.class),
            Arbitraries.of(Plan.Mode.ACT, Plan.Mode.ACT, Plan.Mode.OBSERVE),
            Arbitraries.of(Plan.AutomaticRollback.class),
            Arbitraries.of(Terms.OnTimeout.class))
        .as(
            (shares, other, pace, promotion, mode, automatic, onTimeout) ->
                Plan.of(shares, List.of(Rollouts.ERRORS, other))
                    .withPacing(Pacing.of(pace).withMinWindows(1, 2).withMinUnitsPerStep(10))
                    .withPromotion(promotion)
                    .withMode(mode)
                    .withAutomaticRollback(automatic)
                    .withTerms(Terms.DEFAULT.withOnTimeout(onTimeout)));
  }

  @Provide
  Arbitrary<List<Timed>> events() {
    Arbitrary<Event> event =
        Arbitraries.frequencyOf(
            Tuple.of(8, sights().map(Event.Tick::new)),
            Tuple.of(1, commands().map(Event.Said::new)),
            Tuple.of(2, reports().map(Event.Told::new)));
    Arbitrary<Duration> pause =
        Arbitraries.of(Duration.ofSeconds(5), Duration.ofMinutes(2), Duration.ofMinutes(200));
    Arbitrary<Timed> timed = Combinators.combine(event, pause).as(Timed::new);
    return timed.list().ofMinSize(1).ofMaxSize(30).map(TransitionsPropertyTest::loadedFirst);
  }

  private static List<Timed> loadedFirst(List<Timed> events) {
    List<Timed> all = new ArrayList<>();
    all.add(new Timed(new Event.Told(new Report.Loaded()), Duration.ZERO));
    all.addAll(events);
    return all;
  }

  private static Arbitrary<Sight> sights() {
    return Combinators.combine(
            findings(),
            findings(),
            Arbitraries.frequency(
                Tuple.of(20, SampleRatioState.Verdict.OK_SO_FAR),
                Tuple.of(1, SampleRatioState.Verdict.MISMATCH)),
            Arbitraries.frequency(
                Tuple.of(20, Judgement.CanaryVoice.HEARD),
                Tuple.of(1, Judgement.CanaryVoice.SILENT)),
            Arbitraries.longs().between(0, 3),
            Arbitraries.of(Optional.<Duration>empty(), Optional.of(Duration.ofMinutes(9))))
        .as(
            (one, other, split, voice, windows, remaining) ->
                new Sight(
                    new Judgement(List.of(one, other), split, voice),
                    windows,
                    windows * 20.0,
                    remaining));
  }

  private static Arbitrary<Finding> findings() {
    Guard guard = Rollouts.ERRORS;
    return Arbitraries.frequency(
        Tuple.of(6, Rollouts.safe(guard)),
        Tuple.of(4, Rollouts.safeUpTo(0.25, guard)),
        Tuple.of(3, Rollouts.undecided(guard)),
        Tuple.of(1, Rollouts.suspicious(guard)),
        Tuple.of(1, Rollouts.noData(guard)),
        Tuple.of(1, Rollouts.harmful(guard)));
  }

  private static Arbitrary<Command> commands() {
    return Arbitraries.of(
        new Command.Start("ann", "x"),
        new Command.Pause("ann", "x"),
        new Command.Resume("ann", "x"),
        new Command.Resume("ann", ""),
        new Command.Promote("ann", "x"),
        new Command.Promote("ann", ""),
        new Command.RollBack("ann", "x"),
        new Command.Stop("ann", "x"));
  }

  private static Arbitrary<Report> reports() {
    return Arbitraries.of(
        new Report.Loaded(),
        new Report.LoadFailed("x"),
        new Report.ActuatorRefused("x"),
        new Report.ActuatorObeyed(),
        new Report.EvidenceUnreadable("x"),
        new Report.EvidenceRead());
  }
}
