package dev.sluice.rollout;

import dev.sluice.experiment.Events;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Values;
import dev.sluice.statistics.Contrast;
import dev.sluice.statistics.LatencyBuckets;
import dev.sluice.statistics.QuantileRule;
import dev.sluice.statistics.RatioRule;
import java.util.ArrayList;
import java.util.List;

/// Whether a guard can ever prove what it is there for.
///
/// A test bets on points beyond its margin. Ratios are bet on from `e^-3.5` to `e^3.5` (1/33 to
/// 33), so that a margin outside leaves nothing to bet on, and evidence never comes. A guard that
/// can prove nothing at all is a fault; one that leaves the usual good canary undecided is a
/// warning, as it may be meant.
final class GuardCheck {
  private static final double REACH = 3.5;
  private static final double SAME = 1e-9;

  private GuardCheck() {}

  static List<Remark> of(Guard guard) {
    List<Remark> remarks = new ArrayList<>();
    String name = guard.name() + ": ";
    if (!canCondemn(guard.rule()) && (isRollbackOnly(guard) || !canAcquit(guard.rule()))) {
      remarks.add(
          new Remark.Fault(name + "proves neither harm nor safety: " + nearest(guard.rule())));
    } else if (!canCondemn(guard.rule())) {
      remarks.add(new Remark.Warning(name + "can only acquit: " + nearest(guard.rule())));
    } else if (!canAcquit(guard.rule()) && !isRollbackOnly(guard)) {
      remarks.add(new Remark.Warning(name + "can only condemn: " + nearest(guard.rule())));
    }
    switch (guard.rule()) {
      case Rule.Ratio(var events, var ratio) -> ratio(remarks, name, ratio);
      case Rule.Quantile(var quantile) -> {
        if (quantile.shift() == 0) {
          remarks.add(
              new Remark.Warning(
                  name
                      + "tolerates less than one latency bucket, so that a canary like stable is"
                      + " never proven safe: the nearest tolerance is 0.05"));
        }
      }
      case Rule.Mean mean -> mean(remarks, name, mean);
      case Rule.Maximum maximum -> {}
    }
    return remarks;
  }

  /// Whether any canary would ever be proven harmful.
  static boolean canCondemn(Rule rule) {
    return switch (rule) {
      case Rule.Ratio(var events, var ratio) -> countable(events) && betsOnHarm(ratio);
      case Rule.Maximum(var events, var rate) -> countable(events);
      case Rule.Quantile(var quantile) -> comparable(quantile);
      case Rule.Mean(var values, var mean) -> !turned(values, mean.harm());
    };
  }

  /// Whether any canary would ever be proven safe with all of the traffic.
  static boolean canAcquit(Rule rule) {
    return switch (rule) {
      case Rule.Ratio(var events, var ratio) -> countable(events) && betsOnSafety(ratio);
      case Rule.Maximum(var events, var rate) -> countable(events);
      // Where no latency is too large nothing is proven by finding none.
      case Rule.Quantile(var quantile) -> comparable(quantile);
      case Rule.Mean(var values, var mean) -> !turned(values, mean.safe());
    };
  }

  /// Whether its limit is one that latencies are counted against, and enough of stable's past is
  /// kept to know where that is.
  private static boolean comparable(QuantileRule rule) {
    return rule.shift() < LatencyBuckets.OVERFLOW && rule.quantile() <= rule.largestQuantile();
  }

  private static boolean isRollbackOnly(Guard guard) {
    return guard.role() == Guard.Role.ROLLBACK_ONLY;
  }

  /// Both margins are points to bet on as well.
  private static boolean betsOnHarm(RatioRule rule) {
    return Math.max(REACH, Math.log(rule.safe())) > Math.log(rule.harm()) + SAME;
  }

  private static boolean betsOnSafety(RatioRule rule) {
    boolean byRatio = Math.min(-REACH, Math.log(rule.harm())) < Math.log(rule.safe()) - SAME;
    return byRatio || rule.floor() > 0;
  }

  private static boolean countable(Events events) {
    return switch (events) {
      case Events.Errors errors -> true;
      case Events.SlowerThan(int bucket) -> bucket >= 0 && bucket < LatencyBuckets.OVERFLOW;
      case Events.Loss loss -> true;
    };
  }

  /// A margin relative to a mean that is negative, because its values were turned, points the wrong
  /// way.
  private static boolean turned(Values values, Contrast contrast) {
    boolean relative = contrast.factor() != 0 && contrast.factor() != 1;
    return switch (values) {
      case Values.LatencySeconds latency -> false;
      case Values.Errors errors -> false;
      case Values.Score(var name, var better) -> relative && better == Values.Better.MORE;
    };
  }

  private static String nearest(Rule rule) {
    return switch (rule) {
      case Rule.Ratio(var events, var ratio) when !countable(events) -> slowest();
      case Rule.Ratio ratio -> "harm must be below 33.1, and safe above 0.0302 or floor above 0";
      case Rule.Maximum maximum -> slowest();
      case Rule.Quantile(var quantile) when quantile.quantile() > quantile.largestQuantile() ->
          "the nearest quantile that its history can tell is " + quantile.largestQuantile();
      case Rule.Quantile quantile -> "its tolerance is longer than the longest latency counted";
      case Rule.Mean mean -> "where more is better the margin must be absolute";
    };
  }

  private static String slowest() {
    return "the longest limit that latencies are counted against is 67 seconds";
  }

  private static void ratio(List<Remark> remarks, String name, RatioRule rule) {
    if (rule.safe() == 1 && rule.floor() == 0) {
      remarks.add(
          new Remark.Warning(
              name
                  + "tolerates nothing, so that a canary like stable is never proven safe: the"
                  + " nearest is safe 1.25"));
    } else if (rule.floor() == 0) {
      remarks.add(
          new Remark.Warning(
              name + "has no floor: while neither version fails it stays undecided"));
    }
    if (rule.harm() > rule.safe()) {
      remarks.add(
          new Remark.Warning(
              name
                  + "between safe %s and harm %s neither is ever proven"
                      .formatted(rule.safe(), rule.harm())));
    }
  }

  private static void mean(List<Remark> remarks, String name, Rule.Mean rule) {
    if (rule.mean().safe().equals(Contrast.EQUAL)) {
      remarks.add(
          new Remark.Warning(
              name
                  + "tolerates no difference, so that a canary like stable is never proven safe:"
                  + " the nearest is a margin above 0"));
    }
  }
}
