package dev.sluice.experiment;

import dev.sluice.statistics.Levels;
import java.util.List;

/// How sure a rollout wants to be.
///
/// Any guard may condemn, so the chance to condemn an innocent canary is shared out over the guards
/// by their weights. All guards must acquit, so each may err with the whole chance to acquit a
/// guilty one.
///
/// @param alphaHarm chance of a rollback for nothing, over all guards and looks
/// @param alphaSafe chance of a promotion that should not be, over all guards and looks
/// @param minUnits canary requests before it is safe with all traffic; smaller shares ask for their
///     part
/// @param minWindows used windows before it is safe at all
public record Certainty(double alphaHarm, double alphaSafe, double minUnits, long minWindows) {
  public static final Certainty DEFAULT = new Certainty(0.05, 0.05, 100, 1);

  public Certainty {
    // Checked once, there.
    var unused = new Levels(alphaHarm, alphaSafe, minUnits, minWindows);
  }

  /// The part of one guard.
  Levels of(Guard guard, List<Guard> all) {
    double weights = all.stream().mapToDouble(Guard::weight).sum();
    return new Levels(alphaHarm * guard.weight() / weights, alphaSafe, minUnits, minWindows);
  }
}
