package dev.sluice.statistics;

import dev.sluice.statistics.PairedCounts.GroupCounts;
import dev.sluice.statistics.PairedCounts.Grouped;

/// How much more alike the units of a caller are than independent ones.
///
/// The question: by what `phi >= 1` must evidence be divided, when callers are sticky and each
/// sends many requests? The idea: put callers into `G = 32` groups and see how much the groups'
/// events `X` scatter around what they would be, `E`, were all units of a window alike:
///
///     chi = sum over arms and groups of (X - E)^2 / E      df = groups with E > 0, less one per
/// arm
///     w   = the larger, over arms, of g/(g-1) * sum (X - E)^2 / sum E
///     phi = max(1, chi/df, w) * (1 + 2 sqrt(2/df))
///
/// (Pearson's dispersion, with a margin of two standard errors; `w` weighs groups by their traffic,
/// for callers of very unequal size.) It is trusted with `df >= 10` and 20 effective events.
///
/// A service without errors has no `X` to look at. Its canary's units `N` by group know how many
/// callers there are: `phiFloor = max(1, sum (N - NB/G)^2 / (NB/G) / (G-1))` estimates the requests
/// of a caller as a request sees them, and `NB/phiFloor` is the effective number of callers (Kish
/// 1965). Sums only, so replicas and windows add. Approximate: 32 groups know it to 25 %.
///
/// @param stable events seen and expected
/// @param canary events seen and expected
/// @param canaryUnits by group
public record Dispersion(Arm stable, Arm canary, Doubles canaryUnits) {
  private static final int MIN_DF = 10;
  private static final double MIN_EFFECTIVE_EVENTS = 20;

  public static final Dispersion NONE =
      new Dispersion(Arm.NONE, Arm.NONE, Doubles.zeros(GroupCounts.GROUPS));

  /// One arm's events by group.
  ///
  /// @param seen X
  /// @param expected E
  public record Arm(Doubles seen, Doubles expected) {
    static final Arm NONE =
        new Arm(Doubles.zeros(GroupCounts.GROUPS), Doubles.zeros(GroupCounts.GROUPS));

    Arm after(Counts all, GroupCounts groups) {
      if (all.units() == 0) {
        return this;
      }
      double rate = all.rate();
      return new Arm(seen.plus(groups.events()), expected.plus(groups.units().times(rate)));
    }

    private int groups() {
      int groups = 0;
      for (int g = 0; g < expected.size(); g++) {
        groups += expected.get(g) > 0 ? 1 : 0;
      }
      return groups;
    }

    private double square(int group) {
      double difference = seen.get(group) - expected.get(group);
      return difference * difference;
    }

    // An arm with fewer than two groups says nothing about their scatter.
    double chi() {
      boolean scattered = groups() >= 2;
      double chi = 0;
      for (int g = 0; g < expected.size() && scattered; g++) {
        chi += expected.get(g) > 0 ? square(g) / expected.get(g) : 0;
      }
      return chi;
    }

    int df() {
      return Math.max(0, groups() - 1);
    }

    double weighted() {
      int groups = groups();
      double squares = 0;
      double all = 0;
      for (int g = 0; g < expected.size() && groups >= 2; g++) {
        squares += expected.get(g) > 0 ? square(g) : 0;
        all += expected.get(g);
      }
      return all == 0 ? 0 : groups / (groups - 1.0) * squares / all;
    }
  }

  /// After a used window.
  Dispersion after(PairedCounts window, Grouped grouped) {
    return new Dispersion(
        stable.after(window.stable(), grouped.stable()),
        canary.after(window.canary(), grouped.canary()),
        canaryUnits.plus(grouped.canary().units()));
  }

  /// How many groups the scatter was seen in, less one for each arm.
  public int df() {
    return stable.df() + canary.df();
  }

  /// By what evidence about events is divided.
  public double phi() {
    double scatter = Math.max(stable.weighted(), canary.weighted());
    return df() == 0 ? 1 : cautious(Math.max(scatter, pearson()), df());
  }

  double pearson() {
    return (stable.chi() + canary.chi()) / df();
  }

  static double cautious(double scatter, int df) {
    return Math.max(1, scatter) * (1 + 2 * Math.sqrt(2.0 / df));
  }

  /// Whether enough was seen to trust [#phi()].
  ///
  /// @param events of both arms, all windows
  boolean trusted(double events) {
    return df() >= MIN_DF && events / phi() >= MIN_EFFECTIVE_EVENTS;
  }

  /// By what evidence about the absence of events is divided: the requests of a caller.
  public double phiFloor() {
    double units = canaryUnits.sum();
    double even = units / GroupCounts.GROUPS;
    double chi = 0;
    for (int g = 0; g < GroupCounts.GROUPS && units > 0; g++) {
      double difference = canaryUnits.get(g) - even;
      chi += difference * difference / even;
    }
    double perCaller = Math.max(1, chi / (GroupCounts.GROUPS - 1));
    return df() >= MIN_DF ? Math.max(perCaller, phi()) : perCaller;
  }
}
