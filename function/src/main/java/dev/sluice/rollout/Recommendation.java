package dev.sluice.rollout;

import dev.sluice.routing.Share;
import dev.sluice.statistics.Verdict;
import java.time.Instant;
import java.util.Optional;

/// What should be done now, and why.
///
/// The first of these rules that matches:
///
/// 1. a guard is harmful: roll back
/// 2. the split is broken: nothing can be learned, so wait, and at the deadline end
/// 3. a step that was entered without proof is suspicious: one step back
/// 4. every guard is proven safe for the next share: go there, once this step lasted long enough
/// 5. the deadline has passed: extend once if the forecast fits, else end
/// 6. no guard, or one without data: wait. Missing data never counts as health
/// 7. pace TIME, the step lasted long enough, nothing suspicious: go on, but never to the promotion
/// 8. wait
///
/// Rules 3 and 7 need no guarantee of their own: the evidence stays valid whatever moves the
/// shares.
public record Recommendation(Advice advice, Reason reason) {

  /// What should be done.
  public enum Advice {
    PROMOTE,
    ROLLBACK,
    CONTINUE,
    EXTEND_TEST,
    INCREASE_TRAFFIC,
    DECREASE_TRAFFIC
  }

  /// Why.
  public enum Reason {
    HARMFUL,
    /// Sample ratio mismatch.
    SRM,
    SUSPICION,
    /// Proven, but the step has not lasted long enough.
    DWELL,
    PROVEN_SAFE,
    DEADLINE,
    NOT_PROVEN,
    NO_DATA,
    TIME,
    UNDECIDED
  }

  /// What should be done with a rollout; empty unless it runs with traffic.
  public static Optional<Recommendation> of(Rollout rollout, Instant now) {
    boolean trying = !rollout.share().equals(Share.NONE);
    return rollout.state() instanceof State.Running running && trying
        ? Optional.of(of(Situation.of(rollout, running.stay(), now)))
        : Optional.empty();
  }

  public static Recommendation of(Situation now) {
    if (now.any(Verdict.HARMFUL)) {
      return new Recommendation(Advice.ROLLBACK, Reason.HARMFUL);
    }
    if (now.mismatch()) {
      return now.late() ? timeout(now) : new Recommendation(Advice.CONTINUE, Reason.SRM);
    }
    if (now.suspicious()) {
      return new Recommendation(Advice.DECREASE_TRAFFIC, Reason.SUSPICION);
    }
    if (now.provenForNext()) {
      return proven(now);
    }
    if (now.late()) {
      return timeout(now);
    }
    if (now.guards().isEmpty() || now.any(Verdict.NO_DATA)) {
      return new Recommendation(Advice.CONTINUE, Reason.NO_DATA);
    }
    if (now.timeToMove()) {
      return new Recommendation(Advice.INCREASE_TRAFFIC, Reason.TIME);
    }
    return new Recommendation(Advice.CONTINUE, Reason.UNDECIDED);
  }

  private static Recommendation proven(Situation now) {
    if (now.tooShort()) {
      return new Recommendation(Advice.CONTINUE, Reason.DWELL);
    }
    Advice advice = now.last() ? Advice.PROMOTE : Advice.INCREASE_TRAFFIC;
    return new Recommendation(advice, Reason.PROVEN_SAFE);
  }

  private static Recommendation timeout(Situation now) {
    if (now.worthExtending()) {
      return new Recommendation(Advice.EXTEND_TEST, Reason.DEADLINE);
    }
    Advice advice =
        switch (now.terms().onTimeout()) {
          case ROLLBACK -> Advice.ROLLBACK;
          case WAIT, COMPLETE -> Advice.CONTINUE;
        };
    return new Recommendation(advice, Reason.NOT_PROVEN);
  }
}
