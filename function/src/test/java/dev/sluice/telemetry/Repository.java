package dev.sluice.telemetry;

import java.nio.file.Files;
import java.nio.file.Path;

/// Where the files are that belong to the service but are no part of its jar.
final class Repository {
  private Repository() {}

  /// A file or folder of the repository, whichever of its folders the tests are run in.
  static Path file(String path) {
    for (Path root = Path.of("").toAbsolutePath(); root != null; root = root.getParent()) {
      if (Files.isDirectory(root.resolve("dashboards/grafana"))) {
        return root.resolve(path);
      }
    }
    throw new AssertionError("not inside the repository: " + Path.of("").toAbsolutePath());
  }
}
