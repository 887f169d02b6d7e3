package dev.sluice.config;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Has native code loaded from where the package was unpacked. Without it each start copies it out
/// of jars into the temporary folder first, 24 MB of it: several times as long.
final class NativesInPlace {
  private NativesInPlace() {}

  /// Where the package has no native code, or somebody has said already where it is, nothing
  /// changes.
  ///
  /// @param root of the unpacked package
  static void of(Path root) {
    say("onnxruntime.native.path", root.resolve("ai/onnxruntime/native"));
    say("org.sqlite.lib.path", root.resolve("org/sqlite/native/Linux"));
  }

  /// A package has the code of one platform.
  private static void say(String property, Path platforms) {
    if (System.getProperty(property) != null || !Files.isDirectory(platforms)) {
      return;
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(platforms)) {
      for (Path platform : found) {
        System.setProperty(property, platform.toString());
      }
    } catch (IOException unreadable) {
      // Then it is copied, as without this.
      return;
    }
  }
}
