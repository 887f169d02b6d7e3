package dev.sluice.telemetry;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/// What was built: the release and the commit.
public record Build(String version, String revision) {
  /// What the build has written into the jar.
  public static Build ofThisJar() {
    var properties = new Properties();
    try (InputStream file = Build.class.getResourceAsStream("/build.properties")) {
      if (file != null) {
        properties.load(file);
      }
    } catch (IOException unreadable) {
      properties.clear();
    }
    return new Build(
        properties.getProperty("version", "unknown"),
        properties.getProperty("revision", "unknown"));
  }
}
