package dev.sluice.journal;

import dev.sluice.experiment.Exposure;
import dev.sluice.experiment.GroupedLatency;
import dev.sluice.experiment.Groups;
import dev.sluice.experiment.Sums;
import dev.sluice.experiment.Tally;
import dev.sluice.experiment.Window;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.LatencyBuckets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// Windows with something in every part.
final class Tallies {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Tallies() {}

  static Window window(Random random) {
    return window(random, 0);
  }

  /// The window that begins so many minutes later.
  static Window window(Random random, int minute) {
    Instant start = START.plusSeconds(60L * minute);
    return new Window(
        start, start.plusSeconds(60), Share.of(500), tally(random, 900), tally(random, 300));
  }

  private static Tally tally(Random random, int requests) {
    double[] buckets = new double[LatencyBuckets.COUNT];
    double[] grouped = new double[GroupedLatency.SIZE];
    double[] groups = new double[Exposure.GROUPS];
    double[] failed = new double[Exposure.GROUPS];
    double errors = 0;
    for (int i = 0; i < requests; i++) {
      int bucket = 200 + random.nextInt(40);
      int group = random.nextInt(Exposure.GROUPS);
      int error = random.nextInt(20) == 0 ? 1 : 0;
      buckets[bucket]++;
      grouped[group * LatencyBuckets.COUNT + bucket]++;
      groups[group]++;
      failed[group] += error;
      errors += error;
    }
    double reward = requests * random.nextDouble();
    return new Tally(
        new Counts(requests, errors),
        Histogram.of(Doubles.of(buckets)),
        new Sums(requests, requests * 0.02, requests * 0.02 * 0.02),
        new Groups(Doubles.of(groups), Doubles.of(failed)),
        random.nextBoolean()
            ? Optional.of(new GroupedLatency(Doubles.of(grouped)))
            : Optional.empty(),
        random.nextInt(requests),
        random.nextInt(requests),
        new Counts(10, 10 * random.nextDouble()),
        0,
        Map.of(
            "reward",
            new Sums(requests, reward, reward),
            "feedback_fresh",
            new Sums(requests, requests, requests)));
  }
}
