package dev.sluice.api;

import dev.sluice.inference.Signature;
import java.util.List;
import java.util.Optional;

/// What trying a model file came to.
///
/// @param digest SHA-256 of the file; none where it could not be read
/// @param task `image` or `text`; none where the file could not be loaded
/// @param faults why it cannot be served, one sentence each; empty where it can
public record Examined(
    Optional<String> digest,
    long fileBytes,
    Optional<String> task,
    Optional<Signature> signature,
    List<String> faults) {
  public Examined {
    faults = List.copyOf(faults);
  }

  /// A file that is refused before anything is known of it.
  public static Examined refused(String why) {
    return new Examined(Optional.empty(), 0, Optional.empty(), Optional.empty(), List.of(why));
  }

  public boolean valid() {
    return faults.isEmpty();
  }
}
