package dev.sluice.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a cold start of the function takes, by how it is packaged, in turns; and what an invocation
/// takes of a warm one beside the same request to the container.
///
/// A start is measured from the process' to the first answered prediction, as whoever waits for it
/// has it. An invocation has all of it in it: the client's own two calls, too.
final class LambdaBench {
  private static final double MOST_MICROS = 1000;
  private static final int REQUESTS = 3000;

  private final Place place;
  private final Effort effort;
  private final byte[] picture;
  private final byte[] event;
  private final List<Figure> figures = new ArrayList<>();

  LambdaBench(Place place, Effort effort, Pictures pictures) {
    this.place = place;
    this.effort = effort;
    this.picture = Requests.picture(pictures.digit());
    String body =
        "{\"image_b64\":\"" + Base64.getEncoder().encodeToString(pictures.digit()) + "\"}";
    this.event =
        Events.of(Events.Sender.HTTP, "POST", "/v1/infer", Events.utf8(body), "application/json");
  }

  List<Figure> run() throws IOException, InterruptedException {
    cold();
    warm();
    return figures;
  }

  private static final class Starts {
    private final Figures cpu = new Figures();
    private final Figures wall = new Figures();
    private final Figures resident = new Figures();
  }

  private void cold() throws IOException, InterruptedException {
    List<Form> forms =
        List.of(
            Form.plain(place),
            Form.zip("zip", place),
            Form.zip("zip, C1", place, "-XX:TieredStopAtLevel=1"),
            Form.image("image without its cache", place, "-XX:AOTMode=off"),
            Form.image("image", place, "-XX:AOTMode=on"));
    var starts = new LinkedHashMap<Form, Starts>();
    for (int round = 0; round < 2 * effort.rounds() - 1; round++) {
      for (Form form : forms) {
        start(form, starts.computeIfAbsent(form, first -> new Starts()));
      }
    }
    double plain = starts.get(forms.getFirst()).cpu.median();
    for (Map.Entry<Form, Starts> each : starts.entrySet()) {
      report(each.getKey().name(), each.getValue(), plain);
    }
  }

  private void start(Form form, Starts starts) throws IOException, InterruptedException {
    long began = System.nanoTime();
    try (var function = Invoked.start(place, form)) {
      function.ask(event);
      starts.wall.add((System.nanoTime() - began) / 1e9);
      starts.cpu.add(function.usage().cpuNanos() / 1e9);
      starts.resident.add(function.usage().residentBytes() / 1048576.0);
    }
  }

  private void report(String name, Starts starts, double plain) {
    String start = name + ": start to first answer, ";
    figures.add(Figure.plain(start + "CPU", starts.cpu.median(), "s"));
    figures.add(Figure.plain(start + "CPU, least", starts.cpu.least(), "s"));
    double ratio = starts.cpu.median() / plain;
    figures.add(
        name.equals("image")
            ? Figure.atMost(start + "CPU against jars", ratio, "x", 0.5)
            : Figure.plain(start + "CPU against jars", ratio, "x"));
    figures.add(Figure.plain(start + "time", starts.wall.median(), "s"));
    figures.add(Figure.plain(start + "time, least", starts.wall.least(), "s"));
    figures.add(Figure.plain(name + ": resident after it", starts.resident.median(), "MB"));
  }

  private void warm() throws IOException, InterruptedException {
    var container = new Figures();
    var zip = new Figures();
    var quick = new Figures();
    var image = new Figures();
    try (var served = Served.start(place, Map.of());
        var zipped = Invoked.start(place, Form.zip("zip", place));
        var zippedC1 = Invoked.start(place, Form.zip("zip, C1", place, "-XX:TieredStopAtLevel=1"));
        var imaged = Invoked.start(place, Form.image("image", place))) {
      var loop = new ClosedLoop(served.port(), picture, 200);
      loop.run(1, effort.warmUp() / 10);
      for (Invoked function : List.of(zipped, zippedC1, imaged)) {
        invoke(function, effort.warmUp() / 10);
      }
      for (int round = 0; round < effort.rounds(); round++) {
        long before = served.usage().cpuNanos();
        loop.run(1, REQUESTS);
        container.add((served.usage().cpuNanos() - before) / 1e3 / REQUESTS);
        zip.add(invoke(zipped, REQUESTS));
        quick.add(invoke(zippedC1, REQUESTS));
        image.add(invoke(imaged, REQUESTS));
      }
    }
    figures.add(Figure.plain("warm, container: CPU of a request", container.median(), "us"));
    warm("zip", zip.median(), container.median());
    warm("zip, C1", quick.median(), container.median());
    warm("image", image.median(), container.median());
  }

  private void warm(String name, double micros, double container) {
    figures.add(Figure.plain("warm, " + name + ": CPU of an invocation", micros, "us"));
    figures.add(
        Figure.atMost(
            "warm, " + name + ": CPU more than the container's",
            micros - container,
            "us",
            MOST_MICROS));
  }

  private double invoke(Invoked function, int times) throws IOException, InterruptedException {
    long before = function.usage().cpuNanos();
    for (int i = 0; i < times; i++) {
      function.ask(event);
    }
    return (function.usage().cpuNanos() - before) / 1e3 / times;
  }
}
