package dev.sluice.experiment;

import dev.sluice.statistics.Account;
import dev.sluice.statistics.Margin;
import dev.sluice.statistics.Verdict;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// All that people are shown about one guard.
///
/// @param account counts per arm, estimate and interval
/// @param shares what is known for each share of the plan, and for 1
/// @param sentence the verdict and why: rule, value, limit and counts per arm
public record GuardReport(
    Finding finding, Account account, List<ForShare> shares, String sentence) {
  public GuardReport {
    shares = List.copyOf(shares);
  }

  /// What is known for one share of the traffic.
  ///
  /// @param margin what has to be disproven before it is entered
  /// @param evidence of safety as the log10 of the odds
  /// @param threshold that it has to reach
  /// @param safeAt the used window in which it did
  /// @param canaryRequests that are still expected until then, were the canary like stable
  public record ForShare(
      double share,
      Margin margin,
      double evidence,
      double threshold,
      Verdict verdict,
      OptionalLong safeAt,
      OptionalDouble canaryRequests) {}

  /// Evidence of harm as the log10 of the odds.
  public double harmEvidence() {
    return finding.reading().logEHarm() / Math.log(10);
  }

  public double harmThreshold() {
    return finding.harmBarrier() / Math.log(10);
  }
}
