package dev.sluice.statistics;

import java.util.Optional;
import java.util.stream.IntStream;

/// What a window brings to a test that compares the counts of two arms.
///
/// @param grouped the same counts by groups of callers, where somebody knows callers
public record PairedCounts(Counts stable, Counts canary, Optional<Grouped> grouped) {
  private static final double ROUNDING = 1e-9;

  public static PairedCounts of(Counts stable, Counts canary) {
    return new PairedCounts(stable, canary, Optional.empty());
  }

  /// Counts by groups of callers: a caller is always in the same group, groups are many enough to
  /// see how unevenly events fall. The group of a caller has nothing to do with its arm.
  ///
  /// @param stable one for each group
  /// @param canary one for each group, as many
  /// @param stableReturning how many of stable's units are from callers that were seen before
  /// @param canaryReturning the same for the canary
  public record Grouped(
      GroupCounts stable, GroupCounts canary, double stableReturning, double canaryReturning) {

    boolean valid() {
      return stable.valid() && canary.valid();
    }
  }

  /// Units and events by group.
  public record GroupCounts(Doubles units, Doubles events) {
    /// How many groups.
    public static final int GROUPS = 32;

    /// Where nobody knows groups.
    public static final GroupCounts NONE =
        new GroupCounts(Doubles.zeros(GROUPS), Doubles.zeros(GROUPS));

    public GroupCounts {
      if (units.size() != GROUPS || events.size() != GROUPS) {
        throw new IllegalArgumentException(
            "there must be 32 groups: " + units.size() + " and " + events.size());
      }
    }

    boolean valid() {
      return IntStream.range(0, GROUPS)
          .allMatch(g -> new Counts(units.get(g), events.get(g)).valid());
    }
  }

  boolean valid() {
    return stable.valid()
        && canary.valid()
        && grouped
            .map(
                groups ->
                    groups.valid()
                        && new Counts(stable.units(), groups.stableReturning()).valid()
                        && new Counts(canary.units(), groups.canaryReturning()).valid())
            .orElse(true);
  }

  /// Whether the groups hold all units and events, and no more. Others know nothing of callers:
  /// they would make them look like many, or like few.
  boolean knowsCallers() {
    return grouped
        .map(groups -> holds(groups.stable(), stable) && holds(groups.canary(), canary))
        .orElse(false);
  }

  private static boolean holds(GroupCounts groups, Counts arm) {
    return same(groups.units().sum(), arm.units()) && same(groups.events().sum(), arm.events());
  }

  private static boolean same(double sum, double whole) {
    return Math.abs(sum - whole) <= ROUNDING * whole;
  }

  /// Whether both arms have something to compare.
  boolean comparable() {
    return stable.units() > 0 && canary.units() > 0;
  }

  /// The log odds that a unit is the canary's.
  double logOdds() {
    return Math.log(canary.units()) - Math.log(stable.units());
  }
}
