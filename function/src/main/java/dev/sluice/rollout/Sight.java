package dev.sluice.rollout;

import dev.sluice.experiment.Finding;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Judgement;
import dev.sluice.statistics.SampleRatioState;
import dev.sluice.statistics.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What is seen of a rollout now.
///
/// @param windows consumed so far
/// @param canaryUnits requests of the canary in them
/// @param remaining how long the rest is expected to take; empty: not known, or never
public record Sight(
    Judgement judgement, long windows, double canaryUnits, Optional<Duration> remaining) {

  /// Before the first window.
  public static final Sight NOTHING =
      new Sight(
          new Judgement(List.of(), SampleRatioState.Verdict.NO_DATA, Judgement.CanaryVoice.HEARD),
          0,
          0,
          Optional.empty());

  /// The guards that proved harm.
  public List<Finding> harmful() {
    return judgement.findings().stream()
        .filter(finding -> finding.verdict() == Verdict.HARMFUL)
        .toList();
  }

  /// The findings that decide: all but those of guards whose harm alone counts, while there is
  /// none.
  List<Finding> deciding() {
    return judgement.findings().stream()
        .filter(
            finding ->
                finding.guard().role() == Guard.Role.PACING || finding.verdict() == Verdict.HARMFUL)
        .toList();
  }

  /// Whether the canary is proven safe with all of the traffic.
  public boolean proven() {
    return !deciding().isEmpty()
        && deciding().stream().allMatch(finding -> finding.verdict() == Verdict.SAFE);
  }

  /// The worst of what decides. NO_DATA where nothing does.
  Verdict verdict() {
    return new Judgement(deciding(), judgement.split(), judgement.canary()).verdict();
  }
}
