package dev.sluice.backtest;

import dev.sluice.experiment.Judge;
import dev.sluice.rollout.Plan;
import dev.sluice.routing.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// A plan that is tried on invented traffic, as often as one likes.
///
/// Windows follow each other on a clock of their own. After each, the judge and the transitions
/// decide as they would in service. A window that follows a change of the share is served and not
/// counted: in service the change falls into it./// Pure: chance is an argument, and the same
/// chance gives the same run. Immutable, thread-safe.
public final class Backtest {
  private static final Instant BEGAN = Instant.parse("2026-01-01T00:00:00Z");

  private final Plan plan;
  private final Judge judge;
  private final Duration horizon;

  /// A plan, given so much time.
  ///
  /// @param horizon after this a run that is not over ends undecided
  /// @throws IllegalArgumentException when the plan has faults
  public Backtest(Plan plan, Duration horizon) {
    this.plan = plan;
    this.judge = plan.judge();
    this.horizon = horizon;
    // Faults are told before the first run.
    var unused = Play.begin(plan, judge, BEGAN);
  }

  /// One rollout from its first step to its end.
  public Run run(Traffic traffic, Effect effect, RandomGenerator chance) {
    var simulated = new SimulatedTraffic(traffic, effect, BEGAN, chance);
    var played = new Played(Play.begin(plan, judge, BEGAN));
    Duration window = plan.terms().window();
    Instant end = BEGAN.plus(horizon);
    for (Instant start = BEGAN;
        !played.play.over() && start.isBefore(end);
        start = start.plus(window)) {
      played.serve(simulated.window(start, start.plus(window), played.play.share()));
    }
    return played.run();
  }

  /// What a run has come to so far.
  private static final class Played {
    private Play play;
    private Instant now = BEGAN;
    private double canaryRequests;
    private double excessErrors;
    private Share reached;
    private Share counted;

    Played(Play play) {
      this.play = play;
      this.reached = play.share();
      this.counted = play.share();
    }

    void serve(Sample sample) {
      now = sample.window().end();
      canaryRequests += sample.window().canary().requests();
      excessErrors += sample.excessErrors();
      if (sample.window().share().equals(counted)) {
        play = play.after(sample.window()).next();
      }
      counted = sample.window().share();
      reached = play.share().compareTo(reached) > 0 ? play.share() : reached;
    }

    Run run() {
      return new Run(
          End.of(play.rollout().state()),
          Duration.between(BEGAN, now).toSeconds() / 60.0,
          canaryRequests,
          excessErrors,
          reached);
    }
  }
}
