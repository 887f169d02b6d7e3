package dev.sluice.nginx;

import dev.sluice.control.Observations.Unreadable;
import dev.sluice.experiment.Groups;
import dev.sluice.experiment.Sums;
import dev.sluice.experiment.Tally;
import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.LatencyBuckets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What an instance has counted since it started, over all of its models and versions.
///
/// Between two instances a request that is turned away for want of room or time is a failure of the
/// version: who gives slower answers has less room. It is counted by version once one is chosen,
/// and by reason wherever it happens, so mostly twice. So in each window the greater of the two
/// numbers counts.
///
/// @param started when, seconds since the epoch
/// @param answered predictions that ended well
/// @param failed predictions that ended in an error
/// @param late predictions that ended in a time-out, or were rejected: no room, or no turn in time
/// @param refused requests that were turned away as overload, or at their deadline
/// @param within how many took no longer than each bound in seconds, the last one infinite
record Scrape(
    double started,
    double answered,
    double failed,
    double late,
    double refused,
    SortedMap<Double, Double> within) {
  private static final String PREDICTIONS = "app_predictions_total";
  private static final String REJECTIONS = "sluice_rejections_total";
  private static final String LATENCY = "app_prediction_latency_seconds_bucket";
  private static final String STARTED = "process_start_time_seconds";

  Scrape {
    within = new TreeMap<>(within);
  }

  /// Reads it from a page of metrics. All counters of a Sluice are there from its start, so what is
  /// not there was not counted: it is not 0.
  ///
  /// @throws Unreadable where something is missing, or is no count
  static Scrape of(String text) throws Unreadable {
    Map<String, Double> predictions = new HashMap<>();
    Map<String, Double> rejections = new HashMap<>();
    Map<Map<String, String>, SortedMap<Double, Double>> latencies = new HashMap<>();
    Optional<Double> started = Optional.empty();
    for (Sample sample : Sample.all(text)) {
      switch (sample.name()) {
        case PREDICTIONS ->
            predictions.merge(
                sample.labels().getOrDefault("status", ""), count(sample), Double::sum);
        case REJECTIONS ->
            rejections.merge(
                sample.labels().getOrDefault("reason", ""), count(sample), Double::sum);
        case LATENCY -> {
          Map<String, String> series = new HashMap<>(sample.labels());
          double bound = bound(Optional.ofNullable(series.remove("le")), sample);
          latencies.computeIfAbsent(series, it -> new TreeMap<>()).put(bound, count(sample));
        }
        case STARTED -> started = Optional.of(count(sample));
        default -> {}
      }
    }
    return new Scrape(
        started.orElseThrow(() -> missing(STARTED)),
        counted(PREDICTIONS, "status", "ok", predictions),
        counted(PREDICTIONS, "status", "error", predictions),
        counted(PREDICTIONS, "status", "timeout", predictions)
            + counted(PREDICTIONS, "status", "rejected", predictions),
        counted(REJECTIONS, "reason", "overload", rejections)
            + counted(REJECTIONS, "reason", "deadline", rejections),
        sum(new ArrayList<>(latencies.values())));
  }

  private static double count(Sample sample) throws Unreadable {
    if (!(sample.value() >= 0 && sample.value() <= 1L << 53)) {
      throw new Unreadable("%s is no count: %s".formatted(sample.name(), sample.value()));
    }
    return sample.value();
  }

  private static double bound(Optional<String> text, Sample sample) throws Unreadable {
    try {
      String bound = text.orElse("");
      double seconds = bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
      if (seconds > 0) {
        return seconds;
      }
    } catch (NumberFormatException none) {
      // Said below.
    }
    throw new Unreadable("%s has no bound le: %s".formatted(sample.name(), text.orElse("")));
  }

  private static double counted(
      String metric, String label, String value, Map<String, Double> counts) throws Unreadable {
    return Optional.ofNullable(counts.get(value))
        .orElseThrow(() -> missing("%s{%s=\"%s\"}".formatted(metric, label, value)));
  }

  private static Unreadable missing(String metric) {
    return new Unreadable("its metrics have no " + metric);
  }

  private static SortedMap<Double, Double> sum(List<SortedMap<Double, Double>> all)
      throws Unreadable {
    if (all.isEmpty()) {
      throw missing(LATENCY);
    }
    SortedMap<Double, Double> sum = new TreeMap<>();
    for (SortedMap<Double, Double> series : all) {
      if (!series.keySet().equals(all.getFirst().keySet())
          || !Double.isInfinite(series.lastKey())) {
        throw new Unreadable("the bounds of %s differ, or have no +Inf".formatted(LATENCY));
      }
      double before = 0;
      for (Map.Entry<Double, Double> bound : series.entrySet()) {
        if (bound.getValue() < before) {
          throw new Unreadable(LATENCY + " falls where it can only grow");
        }
        before = bound.getValue();
        sum.merge(bound.getKey(), before, Double::sum);
      }
    }
    return sum;
  }

  /// Whether it is known how many took longer than the upper bound of a bucket of the judge.
  boolean tells(int bucket) {
    return within.keySet().stream()
        .anyMatch(bound -> !Double.isInfinite(bound) && bucket(bound) == bucket);
  }

  /// The judge's bucket of a latency of just a bound. What is between two bounds goes there.
  private static int bucket(double seconds) {
    return LatencyBuckets.ofMicros(seconds * 1e6);
  }

  /// What came since an earlier look at the same process; empty where it is another process, or
  /// counts something else.
  Optional<Tally> since(Scrape before) {
    if (started != before.started
        || answered < before.answered
        || failed < before.failed
        || late < before.late
        || refused < before.refused
        || !within.keySet().equals(before.within.keySet())) {
      return Optional.empty();
    }
    double[] counts = new double[LatencyBuckets.COUNT];
    double below = 0;
    for (Map.Entry<Double, Double> bound : within.entrySet()) {
      double more = bound.getValue() - before.within.getOrDefault(bound.getKey(), 0.0);
      if (more < below) {
        return Optional.empty();
      }
      counts[bucket(bound.getKey())] += more - below;
      below = more;
    }
    double errors = failed - before.failed + Math.max(late - before.late, refused - before.refused);
    double requests = answered - before.answered + errors;
    return Optional.of(
        new Tally(
            new Counts(requests, errors),
            Histogram.of(Doubles.of(counts)),
            Sums.NONE,
            Groups.NONE,
            Optional.empty(),
            0,
            requests,
            Counts.NONE,
            0,
            Map.of()));
  }
}
