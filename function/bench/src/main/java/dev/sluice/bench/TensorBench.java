package dev.sluice.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// What tensors by the Open Inference Protocol cost, as a ratio to the bare loop on the same model.
final class TensorBench {
  private static final List<Integer> CALLERS = List.of(1, 8, 32);
  private static final int DIGIT = 64;
  private static final int PICTURE = 3 * 224 * 224;

  private final Place place;
  private final Effort effort;
  private final List<Figure> figures = new ArrayList<>();

  TensorBench(Place place, Effort effort) {
    this.place = place;
    this.effort = effort;
  }

  List<Figure> run() throws IOException, InterruptedException {
    float[] digit = numbers(DIGIT);
    String shape = "[1,1,8,8]";
    digits("digits B as JSON", Requests.tensorAsJson(shape, digit), 2);
    digits("digits B in binary", Requests.tensorInBinary(shape, digit), 1.6);
    picture();
    return figures;
  }

  private static float[] numbers(int count) {
    var chance = new SplittableRandom(1);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) chance.nextDouble();
    }
    return numbers;
  }

  private void digits(String name, byte[] request, double most)
      throws IOException, InterruptedException {
    String model = place.model("vB.onnx").toString();
    var environment = Map.of("MODEL_VA_PATH", model, "AB_WEIGHT_A", "1", "AB_WEIGHT_B", "0");
    try (var bare = BareLoop.start(place, model, "1,1,8,8");
        var served = Served.start(place, environment)) {
      bare.micros(effort.bareRuns() * 3);
      var loop = new ClosedLoop(served.port(), request, 200);
      for (int callers : CALLERS) {
        loop.run(callers, effort.warmUp() / CALLERS.size());
      }
      var rounds = new Rounds(served, place);
      rounds.play(effort.rounds(), bare, effort.bareRuns(), loop, CALLERS, effort.digits());
      figures.addAll(rounds.report(name, List.of(32), new Figure.Goal.AtMost(most)));
      figures.add(
          Figure.atMost(
              name + ", 1 caller: p50 more than a run", rounds.addedMillis(), "ms", 0.3));
    }
  }

  private void picture() throws IOException, InterruptedException {
    String model = place.benchmarkModel().toString();
    byte[] request = Requests.tensorInBinary("[1,3,224,224]", numbers(PICTURE));
    try (var bare = BareLoop.start(place, model, "1,3,224,224");
        var served = Served.start(place, place.pictureService())) {
      bare.micros(effort.pictures());
      var loop = new ClosedLoop(served.port(), request, 200);
      for (int callers : CALLERS) {
        loop.run(callers, effort.pictureWarmUp() / CALLERS.size());
      }
      var rounds = new Rounds(served, place);
      rounds.play(effort.rounds(), bare, effort.pictures(), loop, CALLERS, effort.pictures());
      figures.addAll(
          rounds.report("224-pixel tensor in binary", new Figure.Goal.AtMost(1.1)));
    }
  }
}
