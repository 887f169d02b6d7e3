package dev.sluice.routing;

import dev.sluice.inference.Version;

/// A version of a model, by name, and its part of the traffic.
public record Weighted(String version, Share share) {
  public Weighted {
    if (!Version.isName(version)) {
      throw new IllegalArgumentException("not a version name: " + version);
    }
  }
}
