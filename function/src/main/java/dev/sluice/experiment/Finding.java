package dev.sluice.experiment;

import dev.sluice.statistics.Reading;
import dev.sluice.statistics.Verdict;

/// What one guard says now.
///
/// @param verdict with the whole traffic in mind; what is missing outranks what was read
/// @param reading of its test, whose evidence is a natural log
/// @param harmBarrier the evidence that proves harm
/// @param safeBarrier the evidence that proves safety
public record Finding(
    Guard guard, Verdict verdict, Reading reading, double harmBarrier, double safeBarrier) {

  /// The verdict for one share of the traffic, a fraction. HARMFUL and NO_DATA hold for all.
  public Verdict verdict(double share) {
    return switch (verdict) {
      case HARMFUL, NO_DATA -> verdict;
      case UNDECIDED, SAFE ->
          reading.steps().stream()
              .filter(step -> step.share() == share)
              .map(Reading.Step::verdict)
              .findFirst()
              .orElse(Verdict.UNDECIDED);
    };
  }
}
