package dev.sluice.telemetry;

import dev.sluice.control.RolloutRecord;
import dev.sluice.experiment.Evidence;
import dev.sluice.experiment.Finding;
import dev.sluice.rollout.Rollout;
import dev.sluice.statistics.Account;
import dev.sluice.statistics.Margin;
import dev.sluice.statistics.Reading;
import dev.sluice.statistics.SampleRatio;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What gauges show of the evidence of one rollout.
///
/// @param sides evidence and the threshold that it has to reach
record EvidenceShown(List<Side> sides, List<Effect> effects) {
  static final String HARM = "harm";
  static final String NOT_WORSE = "not_worse";
  static final String SPLIT = "split";

  private static final double SPLIT_THRESHOLD = -Math.log10(SampleRatio.DEFAULT.alpha());

  /// Odds as log10.
  ///
  /// @param metric the guard's name; the split's evidence is no guard's
  record Side(String metric, String side, double evidence, double threshold) {}

  /// What a guard compares; empty where it is not known, or has no bound.
  record Effect(
      String metric,
      OptionalDouble estimate,
      OptionalDouble lower,
      OptionalDouble upper,
      OptionalDouble margin) {}

  static EvidenceShown of(RolloutRecord record) {
    Rollout rollout = record.rollout();
    Evidence evidence = record.evidence();
    List<Finding> findings = rollout.sight().judgement().findings();
    var sides = new ArrayList<Side>();
    var effects = new ArrayList<Effect>();
    // Before the first window nothing was read.
    List<Account> accounts =
        findings.isEmpty() ? List.of() : rollout.plan().judge().accounts(evidence);
    for (int i = 0; i < findings.size(); i++) {
      Finding finding = findings.get(i);
      String metric = finding.guard().name();
      Optional<Reading.Step> next = next(rollout, finding);
      sides.add(
          new Side(
              metric, HARM, log10(finding.reading().logEHarm()), log10(finding.harmBarrier())));
      next.ifPresent(
          step ->
              sides.add(
                  new Side(
                      metric, NOT_WORSE, log10(step.logESafe()), log10(finding.safeBarrier()))));
      effects.add(effect(metric, accounts.get(i), next));
    }
    sides.add(new Side(SPLIT, SPLIT, log10(evidence.split().logE()), SPLIT_THRESHOLD));
    return new EvidenceShown(List.copyOf(sides), List.copyOf(effects));
  }

  private static Effect effect(String metric, Account account, Optional<Reading.Step> next) {
    return new Effect(
        metric,
        account.estimate(),
        account.interval().lower(),
        account.interval().upper(),
        next.map(step -> margin(step.margin())).orElse(OptionalDouble.empty()));
  }

  /// What has to be proven before the canary gets more.
  private static Optional<Reading.Step> next(Rollout rollout, Finding finding) {
    double share =
        rollout
            .state()
            .place()
            .map(stay -> rollout.plan().nextShare(stay.step()))
            .map(next -> next.fraction())
            .orElse(1.0);
    return finding.reading().steps().stream().filter(step -> step.share() == share).findFirst();
  }

  // Of means a difference is shown: only a margin that is one can be drawn beside it.
  private static OptionalDouble margin(Margin margin) {
    return switch (margin) {
      case Margin.Ratio(double ratio, double floor) -> OptionalDouble.of(ratio);
      case Margin.Tail(double ratio) -> OptionalDouble.of(ratio);
      case Margin.Rate(double bound) -> OptionalDouble.of(bound);
      case Margin.Mean(double factor, double offset) ->
          factor == 1 ? OptionalDouble.of(offset) : OptionalDouble.empty();
    };
  }

  private static double log10(double natural) {
    return natural / Math.log(10);
  }
}
