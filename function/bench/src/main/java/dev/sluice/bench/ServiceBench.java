package dev.sluice.bench;

import dev.sluice.bench.ClosedLoop.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a request costs the service, as a ratio to the bare loop on the same model. Both run in
/// turns, so that whatever else the machine does meets both.
final class ServiceBench {
  private static final List<Integer> CALLERS = List.of(1, 8, 32);

  private final Place place;
  private final Effort effort;
  private final Pictures pictures;
  private final List<Figure> figures = new ArrayList<>();

  ServiceBench(Place place, Effort effort, Pictures pictures) {
    this.place = place;
    this.effort = effort;
    this.pictures = pictures;
  }

  List<Figure> run() throws IOException, InterruptedException {
    digits("B", new Figure.Goal.AtMost(4));
    digits("A", new Figure.Goal.None());
    picture();
    return figures;
  }

  private void digits(String version, Figure.Goal goal) throws IOException, InterruptedException {
    String model = place.model("v" + version + ".onnx").toString();
    var environment = Map.of("MODEL_VA_PATH", model, "AB_WEIGHT_A", "1", "AB_WEIGHT_B", "0");
    String name = "digits " + version;
    try (var bare = BareLoop.start(place, model, "1,1,8,8");
        var served = Served.start(place, environment)) {
      bare.micros(effort.bareRuns() * 3);
      var loop = new ClosedLoop(served.port(), Requests.picture(pictures.digit()), 200);
      for (int callers : CALLERS) {
        loop.run(callers, effort.warmUp() / CALLERS.size());
      }
      var rounds = new Rounds(served);
      for (int round = 0; round < effort.rounds(); round++) {
        rounds.bare.add(bare.micros(effort.bareRuns()));
        for (int callers : CALLERS) {
          rounds.round(loop, callers, effort.digits());
        }
      }
      report(name, rounds, goal);
    }
  }

  private void picture() throws IOException, InterruptedException {
    String model = place.benchmarkModel().toString();
    try (var bare = BareLoop.start(place, model, "1,3,224,224", pictures.jpegFile().toString());
        var served = Served.start(place, place.pictureService())) {
      bare.micros(effort.pictures());
      var loop = new ClosedLoop(served.port(), Requests.picture(pictures.jpeg()), 200);
      for (int callers : CALLERS) {
        loop.run(callers, effort.pictureWarmUp() / CALLERS.size());
      }
      var rounds = new Rounds(served);
      for (int round = 0; round < effort.rounds(); round++) {
        rounds.bare.add(bare.micros(effort.pictures()));
        for (int callers : CALLERS) {
          rounds.round(loop, callers, effort.pictures());
        }
      }
      report("224-pixel JPEG", rounds, new Figure.Goal.AtMost(1.25));
    }
  }

  private void report(String name, Rounds rounds, Figure.Goal goal) throws IOException {
    double bare = rounds.bare.median();
    figures.add(Figure.plain(name + ": bare loop, CPU", bare, "us"));
    for (Map.Entry<Integer, Series> each : rounds.series.entrySet()) {
      Series series = each.getValue();
      String who = name + ", " + each.getKey() + (each.getKey() == 1 ? " caller" : " callers");
      figures.add(Figure.plain(who + ": CPU of a request", series.cpu.median(), "us"));
      figures.add(new Figure(who + ": against bare", series.cpu.median() / bare, "x", goal));
      figures.add(Figure.plain(who + ": answers", series.perSecond.median(), "/s"));
      figures.add(Figure.atMost(who + ": refused", series.others.median(), "%", 0));
      figures.add(Figure.plain(who + ": p50", series.p50.median(), "ms"));
      figures.add(Figure.plain(who + ": p99", series.p99.median(), "ms"));
      figures.add(Figure.plain(who + ": allocated", series.allocated.median() / 1024, "kB"));
    }
    figures.add(
        Figure.plain(name + ": peak resident memory", rounds.served.peakBytes() / 1048576.0, "MB"));
  }

  private static final class Series {
    private final Figures cpu = new Figures();
    private final Figures perSecond = new Figures();
    private final Figures p50 = new Figures();
    private final Figures p99 = new Figures();
    private final Figures allocated = new Figures();
    private final Figures others = new Figures();
  }

  /// The rounds of one service, by callers.
  private final class Rounds {
    private final Served served;
    private final Figures bare = new Figures();
    private final Map<Integer, Series> series = new LinkedHashMap<>();

    private Rounds(Served served) {
      this.served = served;
    }

    private void round(ClosedLoop loop, int callers, int requests)
        throws IOException, InterruptedException {
      double allocated = served.allocatedBytes(place);
      long cpu = served.cpuNanos();
      Result result = loop.run(callers, requests);
      Series each = series.computeIfAbsent(callers, unused -> new Series());
      each.cpu.add((served.cpuNanos() - cpu) / 1e3 / result.requests());
      each.allocated.add((served.allocatedBytes(place) - allocated) / result.requests());
      each.others.add(100.0 * result.others() / (result.requests() + result.others()));
      each.perSecond.add(result.perSecond());
      each.p50.add(result.latencies().millis(0.5));
      each.p99.add(result.latencies().millis(0.99));
    }
  }
}
