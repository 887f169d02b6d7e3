package dev.sluice.statistics;

import java.util.List;
import java.util.OptionalDouble;

/// What a [MeanTest] remembers.
///
/// @param share of the traffic at which the pending values were measured
/// @param stable values that are not yet a block
/// @param canary the same
/// @param rho of the mixture; empty until the variance is known
/// @param canaryUnits in counted blocks
/// @param harm sums for the question of harm
/// @param safe sums for the questions of safety, the smallest share first, 1 last
/// @param difference sums for the interval of the difference
/// @param weight `H`: the sum of the weights of all counted blocks
public record MeanState(
    double share,
    Moments stable,
    Moments canary,
    OptionalDouble rho,
    double canaryUnits,
    ContrastSums harm,
    List<SafeSums> safe,
    ContrastSums difference,
    double weight,
    Progress progress)
    implements TestState {

  public MeanState {
    safe = List.copyOf(safe);
    if (safe.isEmpty()) {
      throw new IllegalArgumentException("safe must have a share: none");
    }
  }

  /// The sums for one share of the traffic.
  public record SafeSums(double share, ContrastSums sums) {}

  Block pending() {
    return new Block(stable, canary);
  }

  /// The sums that speak for a share: its own, or those of the next larger share, which demand
  /// more, when the plan did not have it at the start.
  ContrastSums safeAt(double asked) {
    for (SafeSums at : safe) {
      if (at.share() >= asked) {
        return at.sums();
      }
    }
    return safe.getLast().sums();
  }

  boolean finite() {
    return harm.finite()
        && difference.finite()
        && Double.isFinite(weight)
        && safe.stream().allMatch(at -> at.sums().finite());
  }

  MeanState withPending(double now, Block block) {
    return new MeanState(
        now,
        block.stable(),
        block.canary(),
        rho,
        canaryUnits,
        harm,
        safe,
        difference,
        weight,
        progress);
  }

  MeanState withRho(double known) {
    return new MeanState(
        share,
        stable,
        canary,
        OptionalDouble.of(known),
        canaryUnits,
        harm,
        safe,
        difference,
        weight,
        progress);
  }

  MeanState withProgress(Progress next) {
    return new MeanState(
        share, stable, canary, rho, canaryUnits, harm, safe, difference, weight, next);
  }

  /// With the sums of one more block.
  MeanState plus(Block block) {
    return new MeanState(
        share,
        stable,
        canary,
        rho,
        canaryUnits + block.canary().units(),
        harm.plus(block),
        safe.stream().map(at -> new SafeSums(at.share(), at.sums().plus(block))).toList(),
        difference.plus(block),
        weight + block.weight(),
        progress);
  }
}
