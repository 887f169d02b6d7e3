package dev.sluice.backtest;

import dev.sluice.experiment.Guard;
import dev.sluice.rollout.Plan;
import dev.sluice.routing.Share;
import java.util.Optional;
import java.util.stream.Stream;

/// What is so, and what a plan ought to find out: whether harm would be a false alarm, and which
/// shares are too much.
///
/// @param harm whether there is any
/// @param tooMuchFrom the least share with which the whole service would be out of a guard's
///     tolerance, at every time of the day
public record Truth(Harm harm, Optional<Share> tooMuchFrom) {

  /// Whether a rollback would be right.
  public enum Harm {
    /// No guard is ever broken: a rollback is a false alarm.
    NONE,
    /// Some guard is, sometimes at least.
    SOME
  }

  /// Of a canary with this effect, under a plan.
  public static Truth of(Plan plan, Traffic traffic, Effect effect) {
    boolean harmless =
        plan.guards().stream()
            .map(Guard::rule)
            .allMatch(rule -> Tolerance.of(rule, traffic, effect).harmless());
    Stream<Share> shares =
        Stream.concat(plan.steps().stream().map(Plan.Step::share), Stream.of(Share.ALL));
    Optional<Share> tooMuch =
        shares
            .filter(share -> !share.equals(Share.NONE))
            .filter(share -> exceeded(plan, traffic, effect, share))
            .findFirst();
    return new Truth(harmless ? Harm.NONE : Harm.SOME, tooMuch);
  }

  private static boolean exceeded(Plan plan, Traffic traffic, Effect effect, Share share) {
    return plan.guards().stream()
        .filter(guard -> guard.role() == Guard.Role.PACING)
        .anyMatch(
            guard -> Tolerance.of(guard.rule(), traffic, effect).exceededWith(share.fraction()));
  }

  /// Whether a run went where it must not, or was stopped without a reason. The first share needs
  /// no proof: it is the price of looking.
  public boolean wrong(Run run, Share first) {
    boolean falseAlarm = harm == Harm.NONE && run.end() == End.ROLLED_BACK;
    Share entered = run.end() == End.PROMOTED ? Share.ALL : run.reached();
    boolean tooFar =
        entered.compareTo(first) > 0
            && tooMuchFrom.filter(share -> entered.compareTo(share) >= 0).isPresent();
    return falseAlarm || tooFar;
  }
}
