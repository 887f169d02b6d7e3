package dev.sluice.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// What a test says now. Evidence is a natural log: `ln 20` is "twenty to one against".
///
/// @param logEHarm evidence of harm
/// @param maxLogEHarm the largest so far
/// @param steps for each share of the plan and for 1, in that order
public record Reading(Verdict verdict, double logEHarm, double maxLogEHarm, List<Step> steps) {
  public Reading {
    steps = List.copyOf(steps);
  }

  /// What it says for one share of the traffic.
  ///
  /// @param margin what has to be disproven for this share
  /// @param safeAt the used window in which it was
  public record Step(
      double share,
      Margin margin,
      double logESafe,
      double maxLogESafe,
      Verdict verdict,
      OptionalLong safeAt) {}

  /// What a test says for each of its shares.
  ///
  /// @param margins that have to be disproven, in the order of the shares
  /// @param evidence of harm and safety; not asked before the first used window: then it is 0
  static Reading of(
      Progress progress, List<Double> shares, List<Margin> margins, Evidence evidence) {
    boolean none = progress.used() == 0;
    List<Step> steps = new ArrayList<>(shares.size());
    for (int i = 0; i < shares.size(); i++) {
      Progress.Step step = progress.step(shares.get(i));
      steps.add(
          new Step(
              step.share(),
              margins.get(i),
              none ? 0 : evidence.logESafe(i),
              step.maxLogESafe(),
              progress.verdict(step.share()),
              step.safeAt()));
    }
    return new Reading(
        progress.verdict(), none ? 0 : evidence.logEHarm(), progress.maxLogEHarm(), steps);
  }

  /// What a test's evidence is now.
  interface Evidence {
    double logEHarm();

    /// For the share with this number.
    double logESafe(int share);
  }

  /// The promotion.
  public Step last() {
    return steps.getLast();
  }

  /// The chance, at most, that an innocent canary ever brings this much evidence of harm: an
  /// anytime p-value, true however often one looks.
  public double pHarm() {
    return anytimeP(maxLogEHarm);
  }

  /// The same for safety with all traffic.
  public double pSafe() {
    return anytimeP(last().maxLogESafe());
  }

  static double anytimeP(double maxLogE) {
    return Math.min(1, Math.exp(-maxLogE));
  }
}
