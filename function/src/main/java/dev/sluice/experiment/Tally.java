package dev.sluice.experiment;

import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Histogram;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;

/// Sums over the exposures of one version: since its process started, or of one window. Tallies of
/// replicas add; two of one process, taken at different times, subtract.
///
/// @param errors requests, and how many of them ended in an error or a time-out
/// @param latency of all requests, time-outs in the last bucket
/// @param latencySeconds the same as sums, time-outs with the time that they took
/// @param groups requests and errors of each group of callers
/// @param groupedLatency there if every part of the sum that has requests brought it
/// @param returning requests of callers who had their variant before
/// @param fresh requests whose variant was drawn for them: only their number has to follow the
///     share
/// @param callers callers who were new in their window, and for each the part of its requests of
///     that window that failed; nothing where callers are not counted
/// @param callersLeftOut new callers for whom there was no room: where there are any, `callers` is
///     no evidence
/// @param scores sums of named values
public record Tally(
    Counts errors,
    Histogram latency,
    Sums latencySeconds,
    Groups groups,
    Optional<GroupedLatency> groupedLatency,
    double returning,
    double fresh,
    Counts callers,
    double callersLeftOut,
    Map<String, Sums> scores) {

  public static final Tally NONE =
      new Tally(
          Counts.NONE,
          Histogram.EMPTY,
          Sums.NONE,
          Groups.NONE,
          Optional.empty(),
          0,
          0,
          Counts.NONE,
          0,
          Map.of());

  public Tally {
    scores = Map.copyOf(scores);
  }

  /// How many exposures.
  public double requests() {
    return errors.units();
  }

  /// Whether `callers` has them all.
  public boolean hasAllCallers() {
    return callersLeftOut == 0;
  }

  /// Both together.
  ///
  /// @throws IllegalArgumentException when one of them has other buckets or groups; ask [#valid]
  ///     before
  public Tally plus(Tally other) {
    return new Tally(
        errors.plus(other.errors),
        latency.plus(other.latency),
        latencySeconds.plus(other.latencySeconds),
        groups.plus(other.groups),
        grouped(other, GroupedLatency::plus),
        returning + other.returning,
        fresh + other.fresh,
        callers.plus(other.callers),
        callersLeftOut + other.callersLeftOut,
        scores(other, Sums::plus));
  }

  /// What came since an earlier one of the same process.
  ///
  /// @throws IllegalArgumentException when one of them has other buckets or groups; ask [#valid]
  ///     before
  public Tally minus(Tally earlier) {
    return new Tally(
        minus(errors, earlier.errors),
        new Histogram(latency.layout(), latency.counts().plus(earlier.latency.counts().times(-1))),
        latencySeconds.minus(earlier.latencySeconds),
        groups.minus(earlier.groups),
        grouped(earlier, GroupedLatency::minus),
        returning - earlier.returning,
        fresh - earlier.fresh,
        minus(callers, earlier.callers),
        callersLeftOut - earlier.callersLeftOut,
        scores(earlier, Sums::minus));
  }

  private static Counts minus(Counts now, Counts before) {
    return new Counts(now.units() - before.units(), now.events() - before.events());
  }

  private Optional<GroupedLatency> grouped(Tally other, BinaryOperator<GroupedLatency> both) {
    if (other.requests() == 0) {
      return groupedLatency;
    }
    if (requests() == 0) {
      return other.groupedLatency;
    }
    return groupedLatency.flatMap(
        mine -> other.groupedLatency.map(theirs -> both.apply(mine, theirs)));
  }

  private Map<String, Sums> scores(Tally other, BinaryOperator<Sums> both) {
    var together = new HashMap<String, Sums>(scores);
    other.scores.forEach(
        (name, theirs) ->
            together.put(name, both.apply(scores.getOrDefault(name, Sums.NONE), theirs)));
    return together;
  }

  /// Whether anything that can only grow is less than it was.
  public boolean below(Tally before) {
    return below(errors, before.errors)
        || Cells.below(latency.counts(), before.latency.counts())
        || latencySeconds.below(before.latencySeconds)
        || latencySeconds.sum() < before.latencySeconds.sum()
        || groups.below(before.groups)
        || groupedLatency.flatMap(now -> before.groupedLatency.map(now::below)).orElse(false)
        || returning < before.returning
        || fresh < before.fresh
        || below(callers, before.callers)
        || callersLeftOut < before.callersLeftOut
        || before.scores.entrySet().stream()
            .anyMatch(
                score -> scores.getOrDefault(score.getKey(), Sums.NONE).below(score.getValue()));
  }

  private static boolean below(Counts now, Counts before) {
    return now.units() < before.units() || now.events() < before.events();
  }

  /// Whether this can be a tally at all: finite, not negative, no part larger than its whole, our
  /// buckets and groups.
  public boolean valid() {
    return errors.valid()
        && latency.valid()
        && latencySeconds.valid()
        && latencySeconds.sum() >= 0
        && groups.valid()
        && groupedLatency.map(GroupedLatency::valid).orElse(true)
        && part(returning)
        && part(fresh)
        && callers.valid()
        && Double.isFinite(callersLeftOut)
        && callersLeftOut >= 0
        && scores.values().stream().allMatch(Sums::valid);
  }

  private boolean part(double requests) {
    return requests >= 0 && requests <= requests();
  }
}
