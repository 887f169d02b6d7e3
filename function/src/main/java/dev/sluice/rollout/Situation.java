package dev.sluice.rollout;

import dev.sluice.experiment.Finding;
import dev.sluice.routing.Share;
import dev.sluice.statistics.SampleRatioState;
import dev.sluice.statistics.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// All that a recommendation rests on.
///
/// @param guards those that decide; one whose harm alone counts is listed only when it is harmful
/// @param split whether the assignments follow the share
/// @param step index among the steps at which the canary has traffic
/// @param steps how many of those there are
/// @param unitsInStep requests of the canary in this step
/// @param elapsed of the present term
/// @param remaining how long the rest is expected to take; empty: not known, or never
public record Situation(
    List<Standing> guards,
    SampleRatioState.Verdict split,
    int step,
    int steps,
    long windowsInStep,
    long windowsTotal,
    double unitsInStep,
    Duration elapsed,
    Extension extension,
    Optional<Duration> remaining,
    Pacing pacing,
    Terms terms) {

  public Situation {
    guards = List.copyOf(guards);
  }

  /// How one guard stands.
  ///
  /// @param verdict for all of the traffic
  /// @param current for the present share
  /// @param next for the next share; at the last step that is all of the traffic
  /// @param logEHarm evidence of harm, a natural log
  /// @param threshold the evidence that proves it
  public record Standing(
      Verdict verdict, Verdict current, Verdict next, double logEHarm, double threshold) {

    static Standing of(Finding finding, Share current, Share next) {
      return new Standing(
          finding.verdict(),
          finding.verdict(current.fraction()),
          next.equals(Share.ALL) ? finding.verdict() : finding.verdict(next.fraction()),
          finding.reading().logEHarm(),
          finding.harmBarrier());
    }

    /// Half way to the proof of harm, at a share that was entered without proof.
    boolean suspicious() {
      boolean proven = current == Verdict.SAFE || verdict == Verdict.SAFE;
      return !proven && logEHarm >= threshold / 2;
    }
  }

  /// The situation of a rollout that stands at a step with traffic.
  static Situation of(Rollout rollout, Stay stay, Instant now) {
    Plan plan = rollout.plan();
    Sight sight = rollout.sight();
    Share current = plan.share(stay.step());
    Share next = plan.nextShare(stay.step());
    return new Situation(
        sight.deciding().stream().map(finding -> Standing.of(finding, current, next)).toList(),
        sight.judgement().split(),
        stay.step() - plan.shadowSteps(),
        plan.steps().size() - plan.shadowSteps(),
        stay.windows(sight),
        sight.windows(),
        stay.units(sight),
        rollout.elapsed(now),
        rollout.term().map(Term::extension).orElse(Extension.NOT_USED),
        sight.remaining(),
        plan.pacing(),
        plan.terms());
  }

  boolean last() {
    return step == steps - 1;
  }

  boolean late() {
    return terms.late(elapsed, extension);
  }

  boolean any(Verdict verdict) {
    return guards.stream().anyMatch(guard -> guard.verdict() == verdict);
  }

  boolean mismatch() {
    return split == SampleRatioState.Verdict.MISMATCH;
  }

  boolean suspicious() {
    return step > 0 && guards.stream().anyMatch(Standing::suspicious);
  }

  boolean provenForNext() {
    return !guards.isEmpty() && guards.stream().allMatch(guard -> guard.next() == Verdict.SAFE);
  }

  /// Whether the step, or before the promotion the whole, has to last longer.
  boolean tooShort() {
    return windowsInStep < pacing.minWindowsPerStep()
        || (last() && windowsTotal < pacing.minWindowsTotal());
  }

  /// Whether the forecast fits into the one extension.
  boolean worthExtending() {
    return extension == Extension.NOT_USED
        && remaining.filter(left -> left.compareTo(terms.maxExtension()) <= 0).isPresent();
  }

  /// Whether the clock may go on: only where nothing speaks for harm with more than two to one.
  boolean timeToMove() {
    return pacing.pace() == Pacing.Pace.TIME
        && !last()
        && windowsInStep >= pacing.minWindowsPerStep()
        && unitsInStep >= pacing.minUnitsPerStep()
        && guards.stream().allMatch(guard -> guard.logEHarm() < Math.log(2));
  }
}
