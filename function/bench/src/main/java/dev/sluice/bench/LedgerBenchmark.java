package dev.sluice.bench;

import dev.sluice.experiment.Exposure;
import dev.sluice.experiment.Ledger;
import dev.sluice.experiment.Outcome;
import dev.sluice.experiment.Page;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/// What it costs to write an outcome down, with eight threads on one page.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Threads(8)
public class LedgerBenchmark {
  /// A page that all threads write on.
  @State(Scope.Benchmark)
  public static class Shared {
    final Page page =
        new Ledger(() -> "bench", Instant.EPOCH, Runtime.getRuntime().availableProcessors())
            .page("digits", "B");
  }

  /// What one thread has to write, made before.
  @State(Scope.Thread)
  public static class Own {
    private static final int KINDS = 1 << 10;

    final Outcome[] outcomes = new Outcome[KINDS];
    final Exposure[] exposures = new Exposure[KINDS];
    int next;

    public Own() {
      var random = new SplittableRandom(4711);
      for (int i = 0; i < KINDS; i++) {
        long nanos = (long) (1_000_000 * Math.exp(0.5 * random.nextGaussian()));
        Outcome.Result result = random.nextInt(100) == 0 ? Outcome.Result.ERROR : Outcome.Result.OK;
        outcomes[i] = new Outcome("digits", "B", result, Outcome.Counted.EXPOSURE, nanos);
        exposures[i] = new Exposure(random.nextLong(), Exposure.Kind.RETURNING);
      }
    }
  }

  @Benchmark
  public void record(Shared shared, Own own) {
    int i = own.next++ & (Own.KINDS - 1);
    shared.page.record(own.outcomes[i], own.exposures[i]);
  }

  /// The worst case: one caller, whose requests all take the same time.
  @Benchmark
  public void recordAlike(Shared shared, Own own) {
    shared.page.record(own.outcomes[0], own.exposures[0]);
  }
}
