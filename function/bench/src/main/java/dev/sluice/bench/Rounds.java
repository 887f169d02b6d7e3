package dev.sluice.bench;

import dev.sluice.bench.ClosedLoop.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The rounds of one service by callers, and those of the bare loop beside it.
final class Rounds {
  private final Served served;
  private final Place place;
  private final Figures bare = new Figures();
  private final Map<Integer, Series> series = new LinkedHashMap<>();

  Rounds(Served served, Place place) {
    this.served = served;
    this.place = place;
  }

  private static final class Series {
    private final Figures cpu = new Figures();
    private final Figures perSecond = new Figures();
    private final Figures p50 = new Figures();
    private final Figures p99 = new Figures();
    private final Figures allocated = new Figures();
    private final Figures others = new Figures();
  }

  /// Both in turns.
  ///
  /// @param bareRuns of the bare loop in a round
  /// @param requests of each number of callers in a round
  void play(
      int times,
      BareLoop beside,
      int bareRuns,
      ClosedLoop loop,
      List<Integer> callers,
      int requests)
      throws IOException, InterruptedException {
    for (int round = 0; round < times; round++) {
      bare.add(beside.micros(bareRuns));
      for (int many : callers) {
        round(loop, many, requests);
      }
    }
  }

  private void round(ClosedLoop loop, int callers, int requests) throws IOException, InterruptedException {
    double allocated = served.allocatedBytes(place);
    long cpu = served.usage().cpuNanos();
    Result result = loop.run(callers, requests);
    Series each = series.computeIfAbsent(callers, unused -> new Series());
    each.cpu.add((served.usage().cpuNanos() - cpu) / 1e3 / result.requests());
    each.allocated.add((served.allocatedBytes(place) - allocated) / result.requests());
    each.others.add(100.0 * result.others() / (result.requests() + result.others()));
    each.perSecond.add(result.perSecond());
    each.p50.add(result.latencies().millis(0.5));
    each.p99.add(result.latencies().millis(0.99));
  }

  /// @param goal for the ratio with any number of callers
  List<Figure> report(String name, Figure.Goal goal) throws IOException {
    return report(name, series.keySet().stream().toList(), goal);
  }

  /// @param aimed numbers of callers for which the goal is meant
  List<Figure> report(String name, List<Integer> aimed, Figure.Goal goal) throws IOException {
    List<Figure> figures = new ArrayList<>();
    figures.add(Figure.plain(name + ": bare loop, CPU", bare.median(), "us"));
    for (Map.Entry<Integer, Series> each : series.entrySet()) {
      Series of = each.getValue();
      String who = name + ", " + each.getKey() + (each.getKey() == 1 ? " caller" : " callers");
      Figure.Goal mine = aimed.contains(each.getKey()) ? goal : new Figure.Goal.None();
      figures.add(Figure.plain(who + ": CPU of a request", of.cpu.median(), "us"));
      figures.add(new Figure(who + ": against bare", of.cpu.median() / bare.median(), "x", mine));
      figures.add(Figure.plain(who + ": answers", of.perSecond.median(), "/s"));
      figures.add(Figure.atMost(who + ": refused", of.others.median(), "%", 0));
      figures.add(Figure.plain(who + ": p50", of.p50.median(), "ms"));
      figures.add(Figure.plain(who + ": p99", of.p99.median(), "ms"));
      figures.add(Figure.plain(who + ": allocated", of.allocated.median() / 1024, "kB"));
    }
    figures.add(
        Figure.plain(name + ": peak resident memory", served.usage().peakBytes() / 1048576.0, "MB"));
    return figures;
  }

  /// How much longer a request of one caller takes than a run.
  double addedMillis() {
    Series one = series.get(1);
    return one == null ? Double.NaN : one.p50.median() - bare.median() / 1e3;
  }
}
