package dev.sluice.bench;

import dev.sluice.statistics.Levels;
import dev.sluice.experiment.Events;
import dev.sluice.experiment.Evidence;
import dev.sluice.experiment.Exposure;
import dev.sluice.experiment.GroupedLatency;
import dev.sluice.experiment.Groups;
import dev.sluice.experiment.Guard;
import dev.sluice.experiment.Judge;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Sums;
import dev.sluice.experiment.Tally;
import dev.sluice.experiment.Window;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.LatencyBuckets;
import dev.sluice.statistics.QuantileRule;
import dev.sluice.statistics.RatioRule;
import dev.sluice.statistics.Units;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What it costs to fold one window of 3,000 requests into the evidence, with four steps.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class JudgeBenchmark {
  private static final List<Share> STEPS =
      List.of(Share.ofPercent(1), Share.ofPercent(5), Share.ofPercent(25), Share.ofPercent(50));
  private static final Guard ERRORS =
      Guard.of("error_rate", new Rule.Ratio(new Events.Errors(), RatioRule.of(1.1, 1.5, 0.001)));
  private static final Guard P95 =
      Guard.of("latency_p95", new Rule.Quantile(QuantileRule.of(0.95, 0.1)));

  /// Windows that were drawn before; they are told from each other by their time alone.
  @State(Scope.Thread)
  public static class Windows {
    private static final int KINDS = 1 << 6;
    // Then it begins anew: what is sure costs less than what is not.
    private static final int YEAR = 525_600;

    private final Tally[] stable = new Tally[KINDS];
    private final Tally[] canary = new Tally[KINDS];
    private long next;

    public Windows() {
      var random = new SplittableRandom(4711);
      for (int i = 0; i < KINDS; i++) {
        stable[i] = tally(random, 2850);
        canary[i] = tally(random, 150);
      }
    }

    private static Tally tally(SplittableRandom random, int requests) {
      double[] latencies = new double[LatencyBuckets.COUNT];
      double[] grouped = new double[GroupedLatency.SIZE];
      double[] all = new double[Exposure.GROUPS];
      double[] failed = new double[Exposure.GROUPS];
      for (int i = 0; i < requests; i++) {
        int group = random.nextInt(Exposure.GROUPS);
        int bucket = LatencyBuckets.ofMicros(20_000 * Math.exp(0.5 * random.nextGaussian()));
        latencies[bucket]++;
        grouped[group * LatencyBuckets.COUNT + bucket]++;
        all[group]++;
        failed[group] += random.nextInt(200) == 0 ? 1 : 0;
      }
      var groups = new Groups(Doubles.of(all), Doubles.of(failed));
      return new Tally(
          new Counts(requests, groups.errors().sum()),
          Histogram.of(Doubles.of(latencies)),
          new Sums(requests, 0.02 * requests, 0.0005 * requests),
          groups,
          Optional.of(new GroupedLatency(Doubles.of(grouped))),
          0,
          requests,
          Counts.NONE,
          0,
          Map.of());
    }

    Window take() {
      Instant start = Instant.EPOCH.plusSeconds(60 * next);
      int kind = (int) next & (KINDS - 1);
      next++;
      return new Window(
          start, start.plusSeconds(60), Share.ofPercent(5), stable[kind], canary[kind]);
    }
  }

  /// A judge and what it has learned.
  private static final class Trial {
    private final Judge judge;
    private Evidence evidence;

    Trial(Guard... guards) {
      this.judge = Judge.of(List.of(guards), STEPS, Levels.DEFAULT, Units.AUTO);
      this.evidence = judge.start();
    }

    Evidence fold(Windows windows) {
      Evidence from = evidence.windows() < Windows.YEAR ? evidence : judge.start();
      evidence = judge.after(from, windows.take());
      return evidence;
    }
  }

  /// The judges, one for each benchmark.
  @State(Scope.Thread)
  public static class Trials {
    private final Trial ratio = new Trial(ERRORS);
    private final Trial quantile = new Trial(P95);
    private final Trial split = new Trial();
    private final Trial canary = new Trial(P95, ERRORS);
  }

  @Benchmark
  public Evidence ratio(Trials trials, Windows windows) {
    return trials.ratio.fold(windows);
  }

  @Benchmark
  public Evidence quantile(Trials trials, Windows windows) {
    return trials.quantile.fold(windows);
  }

  /// Without a guard only the assignments are judged.
  @Benchmark
  public Evidence split(Trials trials, Windows windows) {
    return trials.split.fold(windows);
  }

  /// Both guards and the split: of these a year has 525,600.
  @Benchmark
  public Evidence canary(Trials trials, Windows windows) {
    return trials.canary.fold(windows);
  }
}
