package dev.sluice.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.experiment.Finding;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Judgement;
import dev.sluice.experiment.Judgement.CanaryVoice;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Margin;
import dev.sluice.statistics.Reading;
import dev.sluice.statistics.SampleRatioState;
import dev.sluice.statistics.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Rollouts to try things on.
final class Rollouts {
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  static final Guard ERRORS = Policies.comparable().get(1);

  /// Three steps, 5, 25 and 50 %, one guard, and time enough.
  static final Plan PLAN =
      Plan.of(
              List.of(Plan.Step.percent(5), Plan.Step.percent(25), Plan.Step.percent(50)),
              List.of(ERRORS))
          .withPacing(Pacing.of(Pacing.Pace.PROOF).withMinWindows(1, 1));

  static final Command.Promote PROMOTE = new Command.Promote("ann", "we must");

  private Rollouts() {}

  static Rollout draft(Plan plan) {
    return Rollout.draft(new RolloutId("r1"), "digits", "A", "B", plan);
  }

  /// At its first step since [#START].
  static Rollout running(Plan plan) {
    Rollout starting = moved(Transitions.after(draft(plan), new Command.Start("ann", ""), START));
    return Transitions.on(starting, new Report.Loaded(), START).orElseThrow().next();
  }

  /// At a step since [#START], entered before any window.
  static Rollout runningAt(int step, Plan plan) {
    return running(plan).with(new State.Running(new Stay(step, START, 0, 0)));
  }

  /// Paused by a person at a step.
  static Rollout pausedAt(int step, Plan plan) {
    return moved(Transitions.after(runningAt(step, plan), new Command.Pause("ann", ""), START));
  }

  /// Proven at the last step, and waiting for a person.
  static Rollout waiting(Plan plan) {
    Plan manual = plan.withPromotion(Plan.Promotion.MANUAL);
    Rollout last = runningAt(plan.steps().size() - 1, manual).with(sight(10, safe(ERRORS)));
    return next(last, 10).orElseThrow().next();
  }

  static Optional<Decision> next(Rollout rollout, long minutes) {
    return Transitions.next(rollout, at(minutes));
  }

  static Instant at(long minutes) {
    return START.plus(Duration.ofMinutes(minutes));
  }

  static Rollout moved(Answer answer) {
    assertThat(answer).isInstanceOf(Answer.Accepted.class);
    return ((Answer.Accepted) answer).decision().next();
  }

  /// So many windows with 1,000 requests of the canary each.
  static Sight sight(long windows, Finding... findings) {
    return new Sight(
        new Judgement(List.of(findings), SampleRatioState.Verdict.OK_SO_FAR, CanaryVoice.HEARD),
        windows,
        windows * 1000.0,
        Optional.empty());
  }

  static Sight mismatch(Sight sight) {
    return judged(sight, SampleRatioState.Verdict.MISMATCH, CanaryVoice.HEARD);
  }

  static Sight silent(Sight sight) {
    return judged(sight, sight.judgement().split(), CanaryVoice.SILENT);
  }

  static Sight expecting(Sight sight, Duration remaining) {
    return new Sight(
        sight.judgement(), sight.windows(), sight.canaryUnits(), Optional.of(remaining));
  }

  private static Sight judged(Sight sight, SampleRatioState.Verdict split, CanaryVoice voice) {
    return new Sight(
        new Judgement(sight.judgement().findings(), split, voice),
        sight.windows(),
        sight.canaryUnits(),
        sight.remaining());
  }

  static Finding harmful(Guard guard) {
    return finding(guard, Verdict.HARMFUL, 4, 0);
  }

  static Finding safe(Guard guard) {
    return finding(guard, Verdict.SAFE, -1, 1);
  }

  static Finding noData(Guard guard) {
    return finding(guard, Verdict.NO_DATA, 0, 0);
  }

  /// Proven for shares up to this one.
  static Finding safeUpTo(double share, Guard guard) {
    return finding(guard, Verdict.UNDECIDED, -1, share);
  }

  static Finding undecided(Guard guard) {
    return finding(guard, Verdict.UNDECIDED, 0, 0);
  }

  /// More than half way to the proof of harm.
  static Finding suspicious(Guard guard) {
    return finding(guard, Verdict.UNDECIDED, 2, 0);
  }

  static Finding finding(Guard guard, Verdict verdict, double logEHarm, double provenUpTo) {
    List<Reading.Step> steps =
        Stream.of(1, 5, 10, 25, 50, 100)
            .map(percent -> Share.ofPercent(percent).fraction())
            .map(share -> step(share, share <= provenUpTo))
            .toList();
    return new Finding(guard, verdict, new Reading(verdict, logEHarm, 4, steps), 3, 3);
  }

  private static Reading.Step step(double share, boolean proven) {
    Verdict verdict = proven ? Verdict.SAFE : Verdict.UNDECIDED;
    OptionalLong safeAt = proven ? OptionalLong.of(1) : OptionalLong.empty();
    return new Reading.Step(share, new Margin.Ratio(1.5, 0), 0, 0, verdict, safeAt);
  }
}
