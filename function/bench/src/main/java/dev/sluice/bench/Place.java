package dev.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Where things are.
///
/// @param home of the JDK
/// @param root of the repository
/// @param scratch a folder for what is made on the way
/// @param port on which the service is to listen
record Place(Path home, Path root, Path scratch, int port) {
  String java() {
    return home.resolve("bin/java").toString();
  }

  String jstat() {
    return home.resolve("bin/jstat").toString();
  }

  Path jar() {
    return root.resolve("function/target/sluice.jar");
  }

  Path model(String file) {
    return root.resolve("models").resolve(file);
  }

  Path benchmarkModel() {
    return scratch.resolve("benchmark.onnx");
  }

  /// Settings of a service that has the 224-pixel model alone.
  Map<String, String> pictureService() throws IOException {
    String model = benchmarkModel().toString();
    Path noModels = Files.createDirectories(scratch.resolve("no-models"));
    return Map.of(
        "MODEL_VA_PATH",
        model,
        "MODEL_VB_PATH",
        model,
        "MODELS_DIR",
        noModels.toString(),
        "AB_WEIGHT_A",
        "1",
        "AB_WEIGHT_B",
        "0");
  }

  /// The same with the port after.
  Place next() {
    return new Place(home, root, scratch, port + 1);
  }
}
