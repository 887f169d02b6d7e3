package dev.sluice.bench;

import dev.sluice.bench.ClosedLoop.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// More than the service can do: what is answered, what is refused, and what a refusal costs.
final class OverloadBench {
  private static final long DEADLINE_NANOS = 2_000_000_000L;
  private static final int CALLERS = 8;

  private final Place place;
  private final Effort effort;
  private final Pictures pictures;
  private final List<Figure> figures = new ArrayList<>();

  OverloadBench(Place place, Effort effort, Pictures pictures) {
    this.place = place;
    this.effort = effort;
    this.pictures = pictures;
  }

  List<Figure> run() throws IOException, InterruptedException {
    double alone = overload();
    shadowed(alone);
    refusals();
    return figures;
  }

  /// @return goodput at twice the capacity
  private double overload() throws IOException, InterruptedException {
    try (var served = Served.start(place, environment("false"))) {
      double capacity = capacity(served);
      figures.add(Figure.plain("capacity, " + CALLERS + " callers", capacity, "/s"));
      double atOne = load(served, capacity, 1, Double.NaN);
      double atTwo = load(served, capacity, 2, atOne);
      double before = served.usage().peakBytes() / 1048576.0;
      load(served, capacity, 10, atOne);
      double peak = served.usage().peakBytes() / 1048576.0;
      figures.add(Figure.plain("peak resident memory before 10x", before, "MB"));
      figures.add(Figure.atMost("10x: resident memory beyond that of 2x", peak - before, "MB", 64));
      return atTwo;
    }
  }

  private double load(Served served, double capacity, int times, double atOne)
      throws IOException, InterruptedException {
    var loop = new OpenLoop(served.port(), Requests.picture(pictures.jpeg()));
    OpenLoop.Result result = loop.run(capacity * times, effort.seconds(), DEADLINE_NANOS);
    String name = times + "x: ";
    figures.add(Figure.plain(name + "good answers", result.goodput(), "/s"));
    if (times > 1) {
      figures.add(
          Figure.atLeast(name + "goodput against 1x", 100 * result.goodput() / atOne, "%", 80));
    }
    figures.add(Figure.plain(name + "p50 of the answered", result.answered().millis(0.5), "ms"));
    figures.add(
        Figure.atMost(
            name + "p99 of the answered",
            result.answered().millis(0.99),
            "ms",
            DEADLINE_NANOS / 1e6));
    double refused = 100.0 * result.refused().nanos().length / result.sent();
    figures.add(Figure.plain(name + "refused", refused, "%"));
    if (refused > 0) {
      figures.add(Figure.plain(name + "p99 of a refusal", result.refused().millis(0.99), "ms"));
    }
    double expired = 100.0 * result.expired() / result.sent();
    figures.add(Figure.plain(name + "let in, but not answered in time (504)", expired, "%"));
    figures.add(Figure.atMost(name + "other answers, or none", result.failed(), "requests", 0));
    Thread.sleep(1_000);
    return result.goodput();
  }

  /// Copies go first: with a shadow the service answers as many as without.
  private void shadowed(double alone) throws IOException, InterruptedException {
    try (var served = Served.start(place, environment("true"))) {
      double capacity = capacity(served);
      double dropped = served.meter("sluice_shadow_total", "dropped");
      double copies = served.meter("sluice_shadow_total", "");
      var loop = new OpenLoop(served.port(), Requests.picture(pictures.jpeg()));
      OpenLoop.Result result = loop.run(capacity * 2, effort.seconds(), DEADLINE_NANOS);
      figures.add(
          Figure.atLeast(
              "2x with a shadow: goodput against 2x without",
              100 * result.goodput() / alone,
              "%",
              80));
      double of = served.meter("sluice_shadow_total", "") - copies;
      if (of > 0) {
        double part = 100 * (served.meter("sluice_shadow_total", "dropped") - dropped) / of;
        figures.add(Figure.atLeast("2x with a shadow: copies dropped", part, "%", 80));
      }
    }
  }

  private double capacity(Served served) throws IOException, InterruptedException {
    var loop = new ClosedLoop(served.port(), Requests.picture(pictures.jpeg()), 200);
    loop.run(CALLERS, effort.pictureWarmUp());
    return loop.run(CALLERS, effort.pictures() * 2).perSecond();
  }

  private Map<String, String> environment(String shadow) throws IOException {
    var environment = new HashMap<>(place.pictureService());
    environment.put("SHADOW_ENABLED", shadow);
    return environment;
  }

  /// A digits request that is answered against one that the rate limit refuses, in turns.
  private void refusals() throws IOException, InterruptedException {
    var open = new HashMap<String, String>();
    open.put("MODEL_VA_PATH", place.model("vB.onnx").toString());
    open.put("AB_WEIGHT_A", "1");
    open.put("AB_WEIGHT_B", "0");
    var limited = new HashMap<>(open);
    limited.put("RATE_LIMIT_RPS", "0.001");
    limited.put("RATE_LIMIT_BURST", "1");
    byte[] request = Requests.picture(pictures.digit());
    try (var answering = Served.start(place, open);
        var refusing = Served.start(place.next(), limited)) {
      new ClosedLoop(refusing.port(), request, 200).run(1, 1);
      var answered = new ClosedLoop(answering.port(), request, 200);
      var refused = new ClosedLoop(refusing.port(), request, 429);
      answered.run(CALLERS, effort.warmUp());
      refused.run(CALLERS, effort.warmUp());
      var answer = new Figures();
      var refusal = new Figures();
      for (int round = 0; round < effort.rounds(); round++) {
        answer.add(micros(answering, answered));
        refusal.add(micros(refusing, refused));
      }
      figures.add(Figure.plain("a digits answer, CPU", answer.median(), "us"));
      figures.add(Figure.plain("a refusal, CPU", refusal.median(), "us"));
      figures.add(
          Figure.atMost(
              "a refusal against a digits answer",
              100 * refusal.median() / answer.median(),
              "%",
              25));
    }
  }

  private double micros(Served served, ClosedLoop loop) throws IOException, InterruptedException {
    long cpu = served.usage().cpuNanos();
    Result result = loop.run(CALLERS, effort.digits());
    return (served.usage().cpuNanos() - cpu) / 1e3 / result.requests();
  }
}
