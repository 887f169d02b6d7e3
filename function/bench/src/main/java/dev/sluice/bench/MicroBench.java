package dev.sluice.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Pieces of the request's way, by JMH.
final class MicroBench {
  private static final String OVERHEAD = "OverheadBenchmark.together";
  private static final String LEDGER = "LedgerBenchmark.record";
  private static final String JUDGE = "JudgeBenchmark.canary";
  private static final double MINUTES_OF_A_YEAR = 525_600;

  /// What a benchmark method measures, in words.
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry(LEDGER, "ledger: an outcome, with eight threads"),
          Map.entry("LedgerBenchmark.recordAlike", "ledger: the same outcome, with eight threads"),
          Map.entry("JudgeBenchmark.ratio", "judge: a window, ratio of errors, four steps"),
          Map.entry("JudgeBenchmark.quantile", "judge: a window, p95, four steps"),
          Map.entry("JudgeBenchmark.split", "judge: a window, the split"),
          Map.entry(JUDGE, "judge: a window, p95 and errors, four steps"),
          Map.entry("OverheadBenchmark.assignment", "assignment of a sticky key"),
          Map.entry("OverheadBenchmark.admission", "admission: two rates and a place in flight"),
          Map.entry("OverheadBenchmark.meters", "meters of one request"),
          Map.entry(OVERHEAD, "assignment, admission, limits and meters together"),
          Map.entry("PictureBenchmark.decodePng", "decode a PNG of 8 pixels"),
          Map.entry("PictureBenchmark.decodeJpeg", "decode a JPEG of 224 pixels"),
          Map.entry("PictureBenchmark.resize", "resize 640x480 to 224x224 and normalise"),
          Map.entry("PictureBenchmark.normalise", "normalise 224x224"),
          Map.entry("JsonBenchmark.in", "JSON in: a digits request"),
          Map.entry("JsonBenchmark.out", "JSON out: its answer"));

  private final Effort effort;

  MicroBench(Effort effort) {
    this.effort = effort;
  }

  List<Figure> run() throws RunnerException {
    var options =
        new OptionsBuilder()
            .include("dev\\.sluice\\..*Benchmark\\..*")
            .forks(1)
            .warmupIterations(effort.rounds())
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(effort.rounds())
            .measurementTime(TimeValue.seconds(1))
            .addProfiler(GCProfiler.class)
            .jvmArgs("-XX:+UseSerialGC", "-Xmx256m", "--enable-native-access=ALL-UNNAMED")
            .verbosity(VerboseMode.SILENT)
            .build();
    Collection<RunResult> results = new Runner(options).run();
    var figures = new ArrayList<Figure>();
    for (RunResult result : results) {
      add(figures, result);
    }
    return figures;
  }

  private static void add(List<Figure> figures, RunResult result) {
    String benchmark = result.getParams().getBenchmark();
    int method = benchmark.lastIndexOf('.');
    String key = benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1);
    String name = NAMES.getOrDefault(key, key.toLowerCase(Locale.ROOT));
    double micros = result.getPrimaryResult().getScore();
    double bytes = allocated(result);
    if (key.equals(OVERHEAD)) {
      figures.add(Figure.atMost(name, micros, "us", 10));
      figures.add(Figure.atMost(name + ": allocated", bytes, "B", 1024));
    } else if (key.equals(LEDGER)) {
      figures.add(Figure.atMost(name, micros, "us", 0.2));
      // The profiler sees what other threads of the process allocate, too.
      figures.add(Figure.atMost(name + ": allocated", bytes, "B", 1));
    } else if (key.startsWith("JudgeBenchmark.")) {
      figures.add(Figure.atMost(name, micros, "us", 100));
      figures.add(Figure.plain(name + ": allocated", bytes, "B"));
      if (key.equals(JUDGE)) {
        double seconds = micros * MINUTES_OF_A_YEAR / 1e6;
        figures.add(Figure.atMost("judge: a year of one-minute windows", seconds, "s", 10));
      }
    } else {
      figures.add(Figure.plain(name, micros, "us"));
      figures.add(Figure.plain(name + ": allocated", bytes, "B"));
    }
  }

  private static double allocated(RunResult result) {
    for (Map.Entry<String, ? extends Result<?>> each : secondary(result).entrySet()) {
      if (each.getKey().endsWith("gc.alloc.rate.norm")) {
        return each.getValue().getScore();
      }
    }
    return Double.NaN;
  }

  @SuppressWarnings({"rawtypes", "unchecked"}) // JMH gives raw results
  private static Map<String, Result<?>> secondary(RunResult result) {
    return (Map) result.getSecondaryResults();
  }
}
