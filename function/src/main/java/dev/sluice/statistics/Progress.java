package dev.sluice.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// How far the proofs of one guard have come. Verdicts latch: what was proven once stays proven,
/// because the error rates are about "ever".
///
/// @param used windows (of a mean: blocks) that entered the evidence
/// @param skipped windows that had nothing to compare
/// @param invalid windows that could not be true
/// @param maxLogEHarm the largest evidence of harm so far, at least 0
/// @param harmfulAt the used window in which harm was proven
/// @param steps one for each share that was asked for so far
public record Progress(
    long used,
    long skipped,
    long invalid,
    double maxLogEHarm,
    OptionalLong harmfulAt,
    List<Step> steps) {

  public static final Progress NONE = new Progress(0, 0, 0, 0, OptionalLong.empty(), List.of());

  public Progress {
    steps = List.copyOf(steps);
  }

  /// The proof for one share.
  ///
  /// @param share of the traffic, a fraction; 1 is the promotion
  /// @param maxLogESafe the largest evidence of safety so far, at least 0
  /// @param safeAt the used window in which safety was proven
  public record Step(double share, double maxLogESafe, OptionalLong safeAt) {
    static Step unproven(double share) {
      return new Step(share, 0, OptionalLong.empty());
    }
  }

  Progress afterSkipped() {
    return new Progress(used, skipped + 1, invalid, maxLogEHarm, harmfulAt, steps);
  }

  Progress afterInvalid() {
    return new Progress(used, skipped, invalid + 1, maxLogEHarm, harmfulAt, steps);
  }

  /// After a window that was used.
  ///
  /// @param canaryUnits of all windows so far
  /// @param shares that are asked for
  /// @param logESafe the evidence for each of them, in their order
  Progress afterUsed(
      Levels levels, double canaryUnits, double logEHarm, List<Double> shares, Doubles logESafe) {
    long now = used + 1;
    OptionalLong harmful =
        harmfulAt.isEmpty() && logEHarm >= levels.harmBarrier() ? OptionalLong.of(now) : harmfulAt;
    List<Step> next = new ArrayList<>(shares.size());
    for (int i = 0; i < shares.size(); i++) {
      Step before = step(shares.get(i));
      double logE = logESafe.get(i);
      boolean proven =
          harmful.isEmpty()
              && logE >= levels.safeBarrier()
              && canaryUnits >= levels.minUnits() * before.share()
              && now >= levels.minWindows();
      next.add(
          new Step(
              before.share(),
              Math.max(before.maxLogESafe(), logE),
              before.safeAt().isEmpty() && proven ? OptionalLong.of(now) : before.safeAt()));
    }
    // A share that nobody asks for any more keeps its proof: it may be asked for again.
    steps.stream().filter(step -> !shares.contains(step.share())).forEach(next::add);
    return new Progress(now, skipped, invalid, Math.max(maxLogEHarm, logEHarm), harmful, next);
  }

  /// The proof for a share; none yet for one that was never asked for.
  public Step step(double share) {
    for (Step step : steps) {
      if (step.share() == share) {
        return step;
      }
    }
    return Step.unproven(share);
  }

  /// What is known of the canary with this share of the traffic.
  public Verdict verdict(double share) {
    if (harmfulAt.isPresent()) {
      return Verdict.HARMFUL;
    }
    if (used == 0) {
      return Verdict.NO_DATA;
    }
    return step(share).safeAt().isPresent() ? Verdict.SAFE : Verdict.UNDECIDED;
  }

  /// What is known of the canary with all traffic.
  public Verdict verdict() {
    return verdict(1);
  }
}
