package dev.sluice.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.experiment.Evidence;
import dev.sluice.experiment.Judge;
import dev.sluice.experiment.Window;
import dev.sluice.rollout.Presets;
import dev.sluice.rollout.RolloutId;
import dev.sluice.rollout.State;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import dev.sluice.statistics.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/// The closed loop in virtual time: requests go the way of real ones, what they bring is counted,
/// judged, written, and moves the share by which the next ones are routed. Only the models and the
/// clock are the test's.
///
/// Preset `canary`, two processes, 600 requests a minute, 0.5 % errors, at most 8 hours, as the
/// table of whole rollouts in the document on statistics has it. `scripts/test closedloop` runs as
/// many as the document's figures are of.
class ClosedLoopTest {
  private static final boolean ALL = System.getProperty("sluice.closedloop", "").equals("all");
  private static final int HEALTHY = ALL ? 200 : 20;
  private static final int FAILING = ALL ? 100 : 10;
  private static final int PROCESSES = 2;
  private static final int PER_SECOND = 5;
  private static final double ERRORS = 0.005;
  private static final long LONGEST_SECONDS = TimeUnit.HOURS.toSeconds(8);
  private static final double ALPHA = 0.05;
  // Of the judge's own table: 5 times the errors, 600 requests a minute, 0.5 %.
  private static final double TABLE_BAD_ANSWERS = 6;
  private static final double TABLE_BAD_ANSWERS_90 = 10;

  /// How a rollout went.
  ///
  /// @param bad answers of the canary that stable would not have given
  /// @param requests of the canary
  /// @param reaction from the end of the window that proved harm until no process gave the canary
  ///     anything
  private record Course(
      State end, Duration took, double bad, long requests, Optional<Duration> reaction) {}

  @Test
  void rollsBackHardlyAnyHealthyCanary() throws StoreUnavailable {
    List<Course> courses = new ArrayList<>();
    for (int i = 0; i < HEALTHY; i++) {
      courses.add(course(ERRORS, new SplittableRandom(i)));
    }

    long back = courses.stream().filter(course -> course.end() instanceof State.RolledBack).count();
    long promoted =
        courses.stream().filter(course -> course.end() instanceof State.Promoted).count();
    System.out.printf(
        "closed loop, healthy: %d rollouts, %d promoted, %d rolled back; %s minutes%n",
        HEALTHY, promoted, back, spread(courses, course -> course.took().toSeconds() / 60.0));
    assertThat(back).isLessThanOrEqualTo((long) (ALPHA * HEALTHY));
    assertThat(promoted).isGreaterThanOrEqualTo((long) (0.9 * HEALTHY));
  }

  @Test
  void rollsBackEveryCanaryWithFiveTimesTheErrorsAfterAFewBadAnswers() throws StoreUnavailable {
    List<Course> courses = new ArrayList<>();
    for (int i = 0; i < FAILING; i++) {
      courses.add(course(5 * ERRORS, new SplittableRandom(1_000 + i)));
    }

    System.out.printf(
        "closed loop, 5 times the errors: %d rollouts; bad answers %s, canary requests %s,"
            + " minutes %s, seconds from harm to 0 %%: %s%n",
        FAILING,
        spread(courses, Course::bad),
        spread(courses, Course::requests),
        spread(courses, course -> course.took().toSeconds() / 60.0),
        spread(courses, course -> course.reaction().orElseThrow().toSeconds()));
    assertThat(courses)
        .allSatisfy(course -> assertThat(course.end()).isInstanceOf(State.RolledBack.class));
    // Few rollouts have a median of chance.
    assertThat(quantile(courses, Course::bad, 0.5))
        .isLessThanOrEqualTo(ALL ? 1.25 * TABLE_BAD_ANSWERS : TABLE_BAD_ANSWERS_90);
    Duration window = Presets.canary().terms().window();
    assertThat(courses)
        .allSatisfy(
            course ->
                assertThat(course.reaction().orElseThrow())
                    .isLessThanOrEqualTo(window.plus(ServingReplica.PERIOD.multipliedBy(2))));
  }

  private static String spread(List<Course> courses, ToDoubleFunction<Course> of) {
    return "%.1f (%.1f)".formatted(quantile(courses, of, 0.5), quantile(courses, of, 0.9));
  }

  private static double quantile(List<Course> courses, ToDoubleFunction<Course> of, double part) {
    double[] sorted = courses.stream().mapToDouble(of).sorted().toArray();
    return sorted[(int) Math.ceil(part * sorted.length) - 1];
  }

  private static Course course(double canaryErrors, SplittableRandom chance)
      throws StoreUnavailable {
    var store = new MemoryStore();
    var weights = new LinkedHashMap<String, Double>();
    weights.put("A", 1.0);
    weights.put("B", 0.0);
    store.write(store.settings().configured(Map.of(ServingReplica.MODEL, Split.of(weights))));
    var clock = new AtomicLong();
    var stable = new SimulatedModel(ERRORS, clock, chance.split());
    var canary = new SimulatedModel(canaryErrors, clock, chance.split());
    var models = Map.of("A", stable, "B", canary);
    var processes = new ArrayList<ServingReplica>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(new ServingReplica("process-" + i, store, models, clock, 2L * i));
      }
      return run(store, processes, canary, clock, chance);
    } finally {
      processes.forEach(ServingReplica::close);
    }
  }

  private static Course run(
      MemoryStore store,
      List<ServingReplica> processes,
      SimulatedModel canary,
      AtomicLong clock,
      SplittableRandom chance)
      throws StoreUnavailable {
    RolloutId id = started(store, chance);
    long second = 0;
    while (second < LONGEST_SECONDS && !settled(store, id, processes)) {
      processes.forEach(process -> process.serve(PER_SECOND, chance));
      second++;
      assertThat(clock.get()).as("busy").isLessThan(TimeUnit.SECONDS.toNanos(second));
      clock.set(TimeUnit.SECONDS.toNanos(second));
      processes.forEach(ServingReplica::second);
    }
    Instant now = ServingReplica.START.plusSeconds(second);
    return new Course(
        store.find(id).orElseThrow().rollout().state(),
        Duration.ofSeconds(second),
        canary.failures() - ERRORS * canary.runs(),
        canary.runs(),
        proven(store, id).map(end -> Duration.between(end, now)));
  }

  /// It is over, and traffic everywhere goes as it is written.
  private static boolean settled(MemoryStore store, RolloutId id, List<ServingReplica> processes) {
    State state = store.find(id).orElseThrow().rollout().state();
    Share share = state instanceof State.Promoted ? Share.ALL : Share.NONE;
    return state.isFinal()
        && processes.stream().allMatch(process -> process.share("B").equals(share));
  }

  /// The end of the first window with which harm is proven, found by a judge of the test's own.
  private static Optional<Instant> proven(MemoryStore store, RolloutId id) {
    Judge judge = Presets.canary().judge();
    Evidence evidence = judge.start();
    for (Entry.Logged logged : store.entries(id, -1, Integer.MAX_VALUE)) {
      if (logged.entry().event() instanceof Event.Judged(List<Window> windows)) {
        for (Window window : windows) {
          evidence = judge.after(evidence, window);
          if (judge.read(evidence).verdict() == Verdict.HARMFUL) {
            return Optional.of(window.end());
          }
        }
      }
    }
    return Optional.empty();
  }

  private static RolloutId started(MemoryStore store, SplittableRandom chance)
      throws StoreUnavailable {
    var commands =
        new Commands(store, (model, version) -> true, 1, Fingerprint::of, entry -> {}, () -> {});
    var about = new About("", "", List.of(), "test", ServingReplica.START);
    Ruling created =
        commands.create(
            new Proposal(ServingReplica.MODEL, "B", Presets.canary(), about),
            Optional.empty(),
            ServingReplica.START,
            chance);
    assertThat(created).isInstanceOf(Ruling.Done.class);
    RolloutId id = ((Ruling.Done) created).record().id();
    Ruling begun =
        commands.obey(
            new Commands.Order(
                id, Verb.START.by("test", ""), OptionalLong.empty(), Optional.empty()),
            ServingReplica.START);
    assertThat(begun).isInstanceOf(Ruling.Done.class);
    return id;
  }
}
