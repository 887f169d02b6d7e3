package dev.sluice.backtest;

import dev.sluice.routing.Share;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// What many runs of one scenario came to.
///
/// @param undecided held for a person, over without a proof, or given up
/// @param wrong false alarms, and shares that were entered though they were too much
/// @param minutesToPromote of the runs that were promoted
/// @param minutesToRollBack of the runs that were rolled back, as the next two
/// @param requestsToRollBack of the canary
/// @param badAnswers that stable would not have given, until the rollback
public record Summary(
    Scenario scenario,
    Truth truth,
    Part promoted,
    Part rolledBack,
    Part undecided,
    Part wrong,
    Optional<Spread> minutesToPromote,
    Optional<Spread> minutesToRollBack,
    Optional<Spread> requestsToRollBack,
    Optional<Spread> badAnswers) {

  /// Sums up.
  ///
  /// @param first share of the plan, which needs no proof
  public static Summary of(Scenario scenario, Truth truth, Share first, List<Run> runs) {
    Part promoted = part(runs, End.PROMOTED);
    Part rolledBack = part(runs, End.ROLLED_BACK);
    long rest = runs.size() - promoted.seen() - rolledBack.seen();
    long wrong = runs.stream().filter(run -> truth.wrong(run, first)).count();
    return new Summary(
        scenario,
        truth,
        promoted,
        rolledBack,
        new Part(rest, runs.size()),
        new Part(wrong, runs.size()),
        spread(runs, End.PROMOTED, Run::minutes),
        spread(runs, End.ROLLED_BACK, Run::minutes),
        spread(runs, End.ROLLED_BACK, Run::canaryRequests),
        spread(runs, End.ROLLED_BACK, Run::excessErrors));
  }

  private static Part part(List<Run> runs, End end) {
    return new Part(runs.stream().filter(run -> run.end() == end).count(), runs.size());
  }

  private static Optional<Spread> spread(List<Run> runs, End end, ToDoubleFunction<Run> value) {
    return Spread.of(runs.stream().filter(run -> run.end() == end).mapToDouble(value));
  }

  /// Rollbacks, where there is no harm.
  public Optional<Part> falseRollbacks() {
    return truth.harm() == Truth.Harm.NONE ? Optional.of(rolledBack) : Optional.empty();
  }

  /// Promotions, where all of the traffic is too much.
  public Optional<Part> wrongPromotions() {
    return truth.tooMuchFrom().map(share -> promoted);
  }
}
