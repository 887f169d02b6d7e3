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
      OptionalDouble canaryRequests) {
    // -ln 0.05, times what a mixture of bets costs.
    private static final double WITHOUT_AN_EVENT = 4.5;

    /// The margin in words: "canary at most 3.00 x stable or 0.4 %".
    public String tolerated() {
      return Sentences.of(margin);
    }

    /// About how many effective callers without a single event prove this share, to be held against
    /// [GuardReport#effectiveCallers()]; empty where such a proof does not exist. A plan that needs
    /// more callers than there are never comes to an end without events.
    public OptionalDouble callersNeeded() {
      return switch (margin) {
        case Margin.Ratio(double ratio, double floor) ->
            floor > 0 ? OptionalDouble.of(WITHOUT_AN_EVENT / floor) : OptionalDouble.empty();
        case Margin.Rate(double bound) -> OptionalDouble.of(WITHOUT_AN_EVENT / bound);
        case Margin.Tail tail -> OptionalDouble.empty();
        case Margin.Mean mean -> OptionalDouble.empty();
      };
    }
  }

  /// How many independent callers the canary's requests are worth, as far as that is known.
  public double effectiveCallers() {
    return account.effectiveUnits();
  }

  /// Evidence of harm as the log10 of the odds.
  public double harmEvidence() {
    return finding.reading().logEHarm() / Math.log(10);
  }

  public double harmThreshold() {
    return finding.harmBarrier() / Math.log(10);
  }
}
