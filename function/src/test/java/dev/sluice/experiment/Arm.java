package dev.sluice.experiment;

import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.LatencyBuckets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What one arm brings to a window, for tests: its requests are spread evenly over the groups of
/// callers, and nobody comes back, unless a test says otherwise.
///
/// @param latency counts by bucket
/// @param grouped the number of groups that the callers are in; 0: nobody knows groups
record Arm(
    double requests,
    double errors,
    Histogram latency,
    int grouped,
    double returning,
    double fresh,
    Counts callers,
    double callersLeftOut,
    Map<String, Sums> scores) {

  /// Latencies of 95 of 100 requests in bucket 150, of 4 in the next and of 1 in bucket 160.
  static Arm of(double requests, double errors) {
    return new Arm(
        requests,
        errors,
        Histogram.of(row(Map.of(150, 0.95 * requests, 151, 0.04 * requests, 160, 0.01 * requests))),
        Exposure.GROUPS,
        0,
        requests,
        Counts.NONE,
        0,
        Map.of());
  }

  Arm withLatency(Map<Integer, Double> counts) {
    return withLatency(Histogram.of(row(counts)));
  }

  Arm withLatency(Histogram other) {
    return new Arm(
        requests, errors, other, grouped, returning, fresh, callers, callersLeftOut, scores);
  }

  Arm withGroups(int groups) {
    return new Arm(
        requests, errors, latency, groups, returning, fresh, callers, callersLeftOut, scores);
  }

  Arm withReturning(double back) {
    return new Arm(
        requests, errors, latency, grouped, back, requests - back, callers, callersLeftOut, scores);
  }

  Arm withFresh(double drawn) {
    return new Arm(
        requests, errors, latency, grouped, returning, drawn, callers, callersLeftOut, scores);
  }

  Arm withCallers(double units, double events, double leftOut) {
    return new Arm(
        requests,
        errors,
        latency,
        grouped,
        returning,
        fresh,
        new Counts(units, events),
        leftOut,
        scores);
  }

  Arm withScore(String name, double... values) {
    Sums sums = Sums.NONE;
    for (double value : values) {
      sums = sums.with(value);
    }
    return withScore(name, sums);
  }

  Arm withScore(String name, Sums sums) {
    var more = new HashMap<>(scores);
    more.put(name, sums);
    return new Arm(
        requests, errors, latency, grouped, returning, fresh, callers, callersLeftOut, more);
  }

  Tally tally() {
    return new Tally(
        new Counts(requests, errors),
        latency,
        new Sums(requests, 0.1 * requests, 0.02 * requests),
        new Groups(spread(requests), spread(errors)),
        grouped == 0 ? Optional.empty() : Optional.of(groupedLatency()),
        returning,
        fresh,
        callers,
        callersLeftOut,
        scores);
  }

  private Doubles spread(double all) {
    return Doubles.generate(Exposure.GROUPS, g -> g < grouped ? all / grouped : 0);
  }

  private GroupedLatency groupedLatency() {
    return new GroupedLatency(
        Doubles.generate(
            GroupedLatency.SIZE,
            i ->
                i / LatencyBuckets.COUNT < grouped
                    ? latency.counts().get(i % LatencyBuckets.COUNT) / grouped
                    : 0));
  }

  private static Doubles row(Map<Integer, Double> counts) {
    return Doubles.generate(LatencyBuckets.COUNT, i -> counts.getOrDefault(i, 0.0));
  }
}
