package dev.sluice.bench;

import java.io.IOException;
import java.util.ArrayList;
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
      var rounds = new Rounds(served, place);
      rounds.play(effort.rounds(), bare, effort.bareRuns(), loop, CALLERS, effort.digits());
      figures.addAll(rounds.report(name, goal));
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
      var rounds = new Rounds(served, place);
      rounds.play(effort.rounds(), bare, effort.pictures(), loop, CALLERS, effort.pictures());
      figures.addAll(rounds.report("224-pixel JPEG", new Figure.Goal.AtMost(1.25)));
    }
  }
}
