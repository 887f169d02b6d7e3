package dev.sluice.aws;

import dev.sluice.aws.MetricSums.Read;
import dev.sluice.control.OutsideAddress.Alias;
import dev.sluice.experiment.Groups;
import dev.sluice.experiment.Sums;
import dev.sluice.experiment.Tally;
import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.LatencyBuckets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// What CloudWatch counts of one version, and what that says of a minute.
///
/// @param requests that were answered
/// @param errors among them
/// @param died requests that are not among them, since nobody lived to count them: errors that
///     took too long to say
/// @param buckets of the latencies of `requests`, one for each; none where nobody counts them
record Arm(Series requests, List<Series> errors, Optional<Series> died, List<Series> buckets) {
  Arm {
    errors = List.copyOf(errors);
    buckets = List.copyOf(buckets);
  }

  /// A version of a function behind an alias: its own counts, and Lambda's of invocations that
  /// failed: they timed out or crashed before they could write a line.
  static Arm of(Alias alias, String version) {
    Map<String, String> own = Map.of("model", "lambda:" + alias.function(), "version", version);
    return new Arm(
        new Series("Sluice", "Requests", own),
        List.of(new Series("Sluice", "Errors", own)),
        Optional.of(
            new Series(
                "AWS/Lambda",
                "Errors",
                Map.of(
                    "FunctionName",
                    alias.function(),
                    "Resource",
                    alias.function() + ":" + alias.name(),
                    "ExecutedVersion",
                    version))),
        IntStream.range(0, LatencyBuckets.COUNT)
            .mapToObj(bucket -> new Series("Sluice", "Latency" + bucket, own))
            .toList());
  }

  /// A target group, by the balancer's counts. A balancer knows percentiles of latency and no
  /// counts of it, and a percentile is nothing that can be tested.
  static Arm ofGroup(String balancer, String group) {
    Map<String, String> both = Map.of("LoadBalancer", balancer, "TargetGroup", group);
    String namespace = "AWS/ApplicationELB";
    return new Arm(
        new Series(namespace, "RequestCount", both),
        List.of(
            new Series(namespace, "HTTPCode_Target_5XX_Count", both),
            new Series(namespace, "TargetConnectionErrorCount", both)),
        Optional.empty(),
        List.of());
  }

  /// All but the buckets.
  List<Series> counts() {
    var counts = new ArrayList<Series>();
    counts.add(requests);
    counts.addAll(errors);
    died.ifPresent(counts::add);
    return counts;
  }

  /// Whether there are latencies to ask for.
  boolean hasLatencies(Read read, Instant minute) {
    return !buckets.isEmpty() && read.at(requests, minute) > 0;
  }

  /// What a minute brought; empty while its latencies or errors do not fit its requests, which
  /// means that some of it is still under way.
  Optional<Tally> tally(Read read, Instant minute) {
    double answered = read.at(requests, minute);
    double failed = errors.stream().mapToDouble(series -> read.at(series, minute)).sum();
    double lost = died.map(series -> read.at(series, minute)).orElse(0.0);
    if (buckets.isEmpty()) {
      // A target that was tried twice has two errors of one request.
      return Optional.of(tally(answered, Math.min(failed, answered), Histogram.EMPTY));
    }
    Doubles latencies = Doubles.generate(buckets.size(), i -> read.at(buckets.get(i), minute));
    return latencies.sum() == answered && failed <= answered
        ? Optional.of(tally(answered + lost, failed + lost, histogram(latencies, lost)))
        : Optional.empty();
  }

  private static Histogram histogram(Doubles latencies, double lost) {
    return Histogram.of(
        Doubles.generate(
            latencies.size(), i -> latencies.get(i) + (i == LatencyBuckets.OVERFLOW ? lost : 0)));
  }

  private static Tally tally(double requests, double errors, Histogram latency) {
    return new Tally(
        new Counts(requests, errors),
        latency,
        // Means are not known from buckets: a guard on one has no data.
        Sums.NONE,
        Groups.NONE,
        Optional.empty(),
        0,
        requests,
        Counts.NONE,
        0,
        Map.of());
  }
}
