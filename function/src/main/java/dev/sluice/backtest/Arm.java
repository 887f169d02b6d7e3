package dev.sluice.backtest;

import dev.sluice.experiment.Exposure;
import dev.sluice.experiment.GroupedLatency;
import dev.sluice.experiment.Groups;
import dev.sluice.experiment.Sums;
import dev.sluice.experiment.Tally;
import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.LatencyBuckets;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// What one version answers in one window, while it is drawn. For one thread, and thrown away.
///
/// A latency is drawn as `16 log2` of its microseconds, a Gaussian, which rounded up is its bucket.
/// Sums take each bucket at its geometric middle: 2 % beside the truth at most, and even.
final class Arm {
  private static final double LOG2 = Math.log(2);
  private static final double[] SECONDS = new double[LatencyBuckets.COUNT];

  static {
    for (int i = 0; i < LatencyBuckets.COUNT; i++) {
      SECONDS[i] = Math.pow(2, (i - 0.5) / LatencyBuckets.PER_OCTAVE) / 1e6;
    }
  }

  private final double middle;
  private final double spread;
  private final double[] buckets = new double[LatencyBuckets.COUNT];
  private final double[] groupRequests;
  private final double[] groupErrors;
  private final double[] groupBuckets;
  private int requests;
  private int errors;
  private double returning;
  private double fresh;
  private int callers;
  private double failingCallers;

  private Arm(double medianMicros, double sigma, int groups) {
    this.middle = LatencyBuckets.PER_OCTAVE * Math.log(medianMicros) / LOG2;
    this.spread = LatencyBuckets.PER_OCTAVE * sigma / LOG2;
    this.groupRequests = new double[groups];
    this.groupErrors = new double[groups];
    this.groupBuckets = new double[groups * LatencyBuckets.COUNT];
  }

  /// Of requests whose callers nobody knows.
  static Arm ofRequests(double medianMicros, double sigma) {
    return new Arm(medianMicros, sigma, 0);
  }

  /// Of callers.
  static Arm ofCallers(double medianMicros, double sigma) {
    return new Arm(medianMicros, sigma, Exposure.GROUPS);
  }

  /// Requests, each of them independent and routed for itself.
  void draw(RandomGenerator chance, int count, double failing) {
    requests += count;
    fresh += count;
    errors += Draws.binomial(chance, count, failing);
    for (int i = 0; i < count; i++) {
      buckets[bucket(chance)]++;
    }
  }

  /// A request of a caller who had this variant before.
  void drawReturning(RandomGenerator chance, int group, double failing) {
    returning++;
    drawOf(chance, group, chance.nextDouble() < failing ? 1 : 0);
  }

  /// All requests of a caller who is new.
  void drawNew(RandomGenerator chance, int group, int count, double failing) {
    fresh++;
    returning += count - 1;
    int failed = Draws.binomial(chance, count, failing);
    callers++;
    failingCallers += failed / (double) count;
    for (int i = 0; i < count; i++) {
      drawOf(chance, group, i < failed ? 1 : 0);
    }
  }

  private void drawOf(RandomGenerator chance, int group, int failed) {
    int bucket = bucket(chance);
    requests++;
    errors += failed;
    buckets[bucket]++;
    groupRequests[group]++;
    groupErrors[group] += failed;
    groupBuckets[group * LatencyBuckets.COUNT + bucket]++;
  }

  private int bucket(RandomGenerator chance) {
    int bucket = (int) Math.ceil(middle + spread * chance.nextGaussian());
    return Math.clamp(bucket, 0, LatencyBuckets.OVERFLOW);
  }

  int requests() {
    return requests;
  }

  /// What a ledger would have counted.
  Tally tally(Map<String, Sums> scores) {
    boolean known = groupRequests.length > 0;
    return new Tally(
        new Counts(requests, errors),
        Histogram.of(row(buckets)),
        seconds(),
        known ? new Groups(row(groupRequests), row(groupErrors)) : Groups.NONE,
        known ? Optional.of(new GroupedLatency(row(groupBuckets))) : Optional.empty(),
        returning,
        fresh,
        new Counts(callers, failingCallers),
        0,
        scores);
  }

  private static Doubles row(double[] values) {
    return Doubles.generate(values.length, i -> values[i]);
  }

  private Sums seconds() {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < buckets.length; i++) {
      if (buckets[i] > 0) {
        double all = buckets[i] * SECONDS[i];
        sum += all;
        squares += all * SECONDS[i];
      }
    }
    return new Sums(requests, sum, squares);
  }
}
