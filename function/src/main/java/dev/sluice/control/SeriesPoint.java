package dev.sluice.control;

import dev.sluice.experiment.Evidence;
import dev.sluice.experiment.Finding;
import dev.sluice.experiment.Judge;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Tally;
import dev.sluice.experiment.Window;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Account;
import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.Interval;
import dev.sluice.statistics.Margin;
import dev.sluice.statistics.Reading;
import dev.sluice.statistics.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What some windows in a row brought, and what was known of a rollout at their end.
///
/// @param sequence of the entry that the last of them is in
/// @param at the end of the last of them
/// @param length of all of them together
/// @param share of the canary in the last of them
/// @param expectedCanary of the new assignments, how many should be the canary's by its share
public record SeriesPoint(
    long sequence,
    Instant at,
    Duration length,
    Share share,
    Arm stable,
    Arm canary,
    double expectedCanary,
    Knowledge knowledge) {

  /// What was known. To read it in evidence takes longer than all the rest, and most points become
  /// part of another one first.
  sealed interface Knowledge {}

  /// Not read yet.
  ///
  /// @param asked the rollout that the windows were judged for: what they proved is seen at the
  ///     share that it asked about
  private record Unread(Rollout asked, Evidence evidence) implements Knowledge {}

  /// @param splitEvidence that the split is not kept, the log10 of the odds
  private record Known(List<Mark> guards, double splitEvidence) implements Knowledge {
    Known {
      guards = List.copyOf(guards);
    }
  }

  /// What one version brought.
  ///
  /// @param assigned requests whose version was drawn for them
  public record Arm(double requests, double errors, double assigned, Latencies latencies) {
    static Arm of(Tally tally) {
      return new Arm(
          tally.requests(), tally.errors().events(), tally.fresh(), Latencies.of(tally.latency()));
    }

    public Histogram latency() {
      return latencies.histogram();
    }

    Arm plus(Arm other) {
      return new Arm(
          requests + other.requests,
          errors + other.errors,
          assigned + other.assigned,
          Latencies.of(latency().plus(other.latency())));
    }
  }

  /// What a guard found. Evidence is the log10 of the odds.
  ///
  /// @param next the verdict for the share that the rollout would go to next
  /// @param safe the evidence for that share; empty where the plan does not know the share
  public record Mark(
      String name,
      Rule rule,
      Verdict verdict,
      Verdict next,
      OptionalDouble value,
      Interval interval,
      double harm,
      double harmThreshold,
      Optional<Safe> safe) {

    /// How far the proof of safety is.
    ///
    /// @param margin that has to be disproven
    public record Safe(Margin margin, double evidence, double threshold) {}

    private static Mark of(Finding finding, Account account, Share next) {
      return new Mark(
          finding.guard().name(),
          finding.guard().rule(),
          finding.verdict(),
          finding.verdict(next.fraction()),
          account.estimate(),
          account.interval(),
          log10(finding.reading().logEHarm()),
          log10(finding.harmBarrier()),
          finding.reading().steps().stream()
              .filter(step -> step.share() == next.fraction())
              .findFirst()
              .map(step -> safe(step, finding)));
    }

    private static Safe safe(Reading.Step step, Finding finding) {
      return new Safe(step.margin(), log10(step.logESafe()), log10(finding.safeBarrier()));
    }
  }

  private static double log10(double natural) {
    return natural / Math.log(10);
  }

  /// The point of an entry, with its evidence unread.
  ///
  /// @param windows of the entry, at least one
  /// @param asked the rollout that they were judged for
  /// @param evidence that they made
  static SeriesPoint of(long sequence, List<Window> windows, Rollout asked, Evidence evidence) {
    var unread = new Unread(asked, evidence);
    return windows.stream()
        .map(
            window ->
                new SeriesPoint(
                    sequence,
                    window.end(),
                    Duration.between(window.start(), window.end()),
                    window.share(),
                    Arm.of(window.stable()),
                    Arm.of(window.canary()),
                    window.share().fraction() * (window.stable().fresh() + window.canary().fresh()),
                    unread))
        .reduce(SeriesPoint::then)
        .orElseThrow();
  }

  /// What the guards found.
  public List<Mark> guards() {
    return known().guards();
  }

  /// Evidence that the split is not kept, the log10 of the odds.
  public double splitEvidence() {
    return known().splitEvidence();
  }

  private Known known() {
    return switch (knowledge) {
      case Known known -> known;
      case Unread(Rollout asked, Evidence evidence) ->
          new Known(marks(asked, evidence), log10(evidence.split().logE()));
    };
  }

  private static List<Mark> marks(Rollout asked, Evidence evidence) {
    Share next = asked.nextShare();
    Judge judge = asked.plan().judge();
    List<Finding> findings = judge.read(evidence).findings();
    List<Account> accounts = judge.accounts(evidence);
    var marks = new ArrayList<Mark>();
    for (int i = 0; i < findings.size(); i++) {
      marks.add(Mark.of(findings.get(i), accounts.get(i), next));
    }
    return marks;
  }

  /// The same with its evidence read, which is forgotten then.
  SeriesPoint read() {
    return new SeriesPoint(sequence, at, length, share, stable, canary, expectedCanary, known());
  }

  /// This one and the next in one: counts add, and what is known is what was known last.
  SeriesPoint then(SeriesPoint later) {
    return new SeriesPoint(
        later.sequence,
        later.at,
        length.plus(later.length),
        later.share,
        stable.plus(later.stable),
        canary.plus(later.canary),
        expectedCanary + later.expectedCanary,
        later.knowledge);
  }
}
