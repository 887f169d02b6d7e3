package dev.sluice.config;

import dev.sluice.backtest.Backtest;
import dev.sluice.backtest.Run;
import dev.sluice.backtest.Scenario;
import dev.sluice.backtest.Summary;
import dev.sluice.backtest.Traffic;
import dev.sluice.backtest.Truth;
import dev.sluice.rollout.Plan;
import dev.sluice.routing.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.random.RandomGeneratorFactory;

/// Runs on all cores. Each run has a source of chance of its own, split off in the order of the
/// runs, so that results are the same however many threads there are.
final class BacktestRuns {
  private static final String GENERATOR = "L64X128MixRandom";
  // Small enough that cores end together, large enough to cost nothing.
  private static final int AT_ONCE = 10;

  private final Traffic traffic;
  private final int runs;
  private final int threads;
  private final Runnable done;

  /// @param done is told of each run, from any thread
  BacktestRuns(Traffic traffic, int runs, int threads, Runnable done) {
    this.traffic = traffic;
    this.runs = runs;
    this.threads = threads;
    this.done = done;
  }

  /// All scenarios of a plan, in their order.
  List<Summary> of(Plan plan, Duration horizon, List<Scenario> scenarios, long seed)
      throws InterruptedException {
    var backtest = new Backtest(plan, horizon);
    Share first =
        plan.steps().stream()
            .map(Plan.Step::share)
            .filter(share -> !share.equals(Share.NONE))
            .findFirst()
            .orElse(Share.ALL);
    SplittableGenerator root =
        RandomGeneratorFactory.<SplittableGenerator>of(GENERATOR).create(seed);
    var summaries = new ArrayList<Summary>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (Scenario scenario : scenarios) {
        List<Run> played = played(pool, backtest, scenario, root.split());
        Truth truth = Truth.of(plan, traffic, scenario.effect());
        summaries.add(Summary.of(scenario, truth, first, played));
      }
    }
    return summaries;
  }

  private List<Run> played(
      ExecutorService pool, Backtest backtest, Scenario scenario, SplittableGenerator chance)
      throws InterruptedException {
    var batches = new ArrayList<Callable<List<Run>>>();
    for (int from = 0; from < runs; from += AT_ONCE) {
      List<SplittableGenerator> each = chance.splits(Math.min(AT_ONCE, runs - from)).toList();
      batches.add(() -> each.stream().map(own -> one(backtest, scenario, own)).toList());
    }
    var played = new ArrayList<Run>();
    for (Future<List<Run>> batch : pool.invokeAll(batches)) {
      played.addAll(result(batch));
    }
    return played;
  }

  private Run one(Backtest backtest, Scenario scenario, SplittableGenerator chance) {
    Run run = backtest.run(traffic, scenario.effect(), chance);
    done.run();
    return run;
  }

  private static List<Run> result(Future<List<Run>> batch) throws InterruptedException {
    try {
      return batch.get();
    } catch (ExecutionException bug) {
      throw new IllegalStateException("a run failed", bug.getCause());
    }
  }
}
