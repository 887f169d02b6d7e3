package dev.sluice.experiment;

import dev.sluice.statistics.SampleRatioState;
import dev.sluice.statistics.Verdict;
import java.util.List;

/// What all guards and the split say now.
///
/// @param findings one for each guard, in their order
/// @param split whether the assignments follow the share
/// @param canary whether the canary is heard of
public record Judgement(
    List<Finding> findings, SampleRatioState.Verdict split, CanaryVoice canary) {
  public Judgement {
    findings = List.copyOf(findings);
  }

  /// Whether the canary is heard of.
  public enum CanaryVoice {
    HEARD,
    /// Stable had requests and the canary, with a share above 0, none for five windows in a row.
    /// Its loss is a signal of its own: the verdict is NO_DATA and nothing advances.
    SILENT
  }

  /// The worst of all: any guard may condemn, all must acquit. NO_DATA without guards.
  public Verdict verdict() {
    List<Verdict> order =
        List.of(Verdict.HARMFUL, Verdict.NO_DATA, Verdict.UNDECIDED, Verdict.SAFE);
    return order.stream()
        .filter(worst -> findings.stream().anyMatch(finding -> finding.verdict() == worst))
        .findFirst()
        .orElse(Verdict.NO_DATA);
  }
}
