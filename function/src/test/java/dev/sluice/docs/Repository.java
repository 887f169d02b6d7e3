package dev.sluice.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The checked-out repository that the tests run in.
final class Repository {
  private Repository() {}

  /// Its top folder: the nearest one upwards that has the README's neighbours.
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("models"))
        || !Files.exists(folder.resolve("LICENSE"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException(
            "not inside the repository: " + Path.of("").toAbsolutePath());
      }
    }
    return folder;
  }

  static String text(String path) throws IOException {
    return Files.readString(root().resolve(path));
  }
}
