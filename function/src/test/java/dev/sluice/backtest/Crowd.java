package dev.sluice.backtest;

import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.PairedCounts;
import dev.sluice.statistics.PairedCounts.GroupCounts;
import dev.sluice.statistics.PairedCounts.Grouped;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/// Invented counts of callers who keep their arm and are alike in themselves.
///
/// @param staying whether the callers are always the same or always new ones
/// @param callers of all windows, or new in each
/// @param size requests of one caller in a window
/// @param alike correlation of two requests of a caller; with 1 it fails always or never
/// @param errors stable's mean rate
/// @param ratio the canary's over stable's
record Crowd(
    Staying staying,
    int callers,
    Size size,
    double alike,
    double errors,
    double ratio,
    double share,
    int windows)
    implements CountSource {

  enum Staying {
    FIXED,
    NEW
  }

  /// How many requests a caller sends in a window.
  enum Size {
    ONE_TO_FIFTY("1 to 50 requests each"),
    PARETO("Pareto 1.1, up to 2,000 requests");

    private final String text;

    Size(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }

    int draw(RandomGenerator chance) {
      return switch (this) {
        case ONE_TO_FIFTY -> 1 + chance.nextInt(50);
        case PARETO -> (int) Math.min(2000, Math.pow(1 - chance.nextDouble(), -1 / 1.1));
      };
    }
  }

  Crowd withRatio(double other) {
    return new Crowd(staying, callers, size, alike, errors, other, share, windows);
  }

  @Override
  public IntFunction<PairedCounts> run(RandomGenerator chance) {
    return switch (staying) {
      case NEW -> number -> counted(Members.drawn(this, chance), chance, 0);
      case FIXED -> {
        Members always = Members.drawn(this, chance);
        yield number -> counted(always, chance, number == 0 ? 0 : 1);
      }
    };
  }

  private PairedCounts counted(Members members, RandomGenerator chance, double returning) {
    double[][] sums = new double[4][GroupCounts.GROUPS];
    for (int i = 0; i < callers; i++) {
      int arm = members.canary()[i] ? 2 : 0;
      sums[arm][members.group()[i]] += members.size()[i];
      sums[arm + 1][members.group()[i]] +=
          Draws.binomial(chance, members.size()[i], members.failing()[i]);
    }
    GroupCounts stable = new GroupCounts(Doubles.of(sums[0]), Doubles.of(sums[1]));
    GroupCounts canary = new GroupCounts(Doubles.of(sums[2]), Doubles.of(sums[3]));
    Counts ofStable = new Counts(stable.units().sum(), stable.events().sum());
    Counts ofCanary = new Counts(canary.units().sum(), canary.events().sum());
    return new PairedCounts(
        ofStable,
        ofCanary,
        Optional.of(
            new Grouped(
                stable, canary, returning * ofStable.units(), returning * ofCanary.units())));
  }

  // One entry for each caller.
  private record Members(boolean[] canary, int[] group, int[] size, double[] failing) {
    static Members drawn(Crowd crowd, RandomGenerator chance) {
      int n = crowd.callers();
      Members members = new Members(new boolean[n], new int[n], new int[n], new double[n]);
      for (int i = 0; i < n; i++) {
        members.canary()[i] = chance.nextDouble() < crowd.share();
        members.group()[i] = chance.nextInt(GroupCounts.GROUPS);
        members.size()[i] = crowd.size().draw(chance);
        double mean = crowd.errors() * (members.canary()[i] ? crowd.ratio() : 1);
        members.failing()[i] = Draws.beta(chance, mean, crowd.alike());
      }
      return members;
    }
  }
}
