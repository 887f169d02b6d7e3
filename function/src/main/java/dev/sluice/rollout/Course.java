package dev.sluice.rollout;

import dev.sluice.routing.Share;
import dev.sluice.statistics.Verdict;
import java.time.Duration;
import java.time.Instant;

/// How a running rollout goes on: the recommendation, held to what the plan asks of a step, and the
/// plan's own end.
///
/// @param stay the step it stands at
/// @param footing whether traffic and evidence can be relied on
record Course(Rollout rollout, Stay stay, Instant now, Footing footing) {

  /// Whether traffic and evidence can be relied on.
  enum Footing {
    FIRM,
    /// Something has been wrong for long: nothing advances.
    LOST
  }

  /// What follows.
  sealed interface Way {
    record Wait() implements Way {}

    record Back(Cause cause) implements Way {}

    record To(State state, Cause cause) implements Way {}

    record Extend() implements Way {}
  }

  Way next() {
    return rollout.plan().share(stay.step()).equals(Share.NONE) ? shadow() : advised();
  }

  /// A step without traffic can prove nothing and leaves by its time.
  private Way shadow() {
    if (longEnough() && footing == Footing.FIRM && rollout.sight().harmful().isEmpty()) {
      return forward(Cause.clock(Cause.Code.TIME, ""));
    }
    return endIf(rollout.late(now));
  }

  private Way advised() {
    Recommendation advised = Recommendation.of(Situation.of(rollout, stay, now));
    return switch (advised.advice()) {
      case PROMOTE -> mayAdvance() ? promotion() : endIf(rollout.late(now));
      case INCREASE_TRAFFIC ->
          mayAdvance() ? forward(cause(advised.reason())) : endIf(rollout.late(now));
      case DECREASE_TRAFFIC -> new Way.Back(Cause.judge(Cause.Code.SUSPICION, ""));
      case EXTEND_TEST -> enough() ? end() : new Way.Extend();
      // Harm was acted upon before this, or may not be: then only time ends it.
      case ROLLBACK -> endIf(rollout.late(now) || enough());
      case CONTINUE -> waiting(advised.reason());
    };
  }

  private Way waiting(Recommendation.Reason reason) {
    return switch (reason) {
      case NOT_PROVEN -> end();
      case DWELL -> new Way.Wait();
      case NO_DATA, UNDECIDED, SRM -> endIf(enough());
      case HARMFUL, SUSPICION, PROVEN_SAFE, DEADLINE, TIME -> new Way.Wait();
    };
  }

  private static Cause cause(Recommendation.Reason reason) {
    return reason == Recommendation.Reason.TIME
        ? Cause.clock(Cause.Code.TIME, "")
        : Cause.judge(Cause.Code.PROVEN_SAFE, "");
  }

  private boolean mayAdvance() {
    double units = stay.units(rollout.sight());
    return footing == Footing.FIRM && longEnough() && units >= step().minExposures();
  }

  private boolean longEnough() {
    return Duration.between(stay.since(), now).compareTo(step().minTime()) >= 0;
  }

  private Plan.Step step() {
    return rollout.plan().steps().get(stay.step());
  }

  /// A shadow step alone makes no plan, so that there is always one after it.
  private Way forward(Cause cause) {
    return new Way.To(
        new State.Running(Stay.entering(stay.step() + 1, now, rollout.sight())), cause);
  }

  private Way promotion() {
    Cause cause = Cause.judge(Cause.Code.PROVEN_SAFE, "");
    State state =
        switch (rollout.plan().promotion()) {
          case AUTO -> new State.Promoted(now, cause);
          case MANUAL -> new State.Completed(stay, Verdict.SAFE, now, cause);
        };
    return new Way.To(state, cause);
  }

  /// Whether a test has seen as many requests as it was to see.
  private boolean enough() {
    var sampleSize = rollout.plan().terms().sampleSize();
    return sampleSize.isPresent() && rollout.sight().canaryUnits() >= sampleSize.getAsLong();
  }

  private Way endIf(boolean due) {
    return due ? end() : new Way.Wait();
  }

  private Way end() {
    Cause cause = Cause.clock(Cause.Code.NOT_PROVEN, enough() ? "sample size reached" : "");
    State state =
        switch (rollout.plan().terms().onTimeout()) {
          case WAIT -> new State.Paused(stay, now, cause);
          case COMPLETE -> new State.Completed(stay, rollout.sight().verdict(), now, cause);
          case ROLLBACK -> new State.RolledBack(now, cause);
        };
    return new Way.To(state, cause);
  }
}
