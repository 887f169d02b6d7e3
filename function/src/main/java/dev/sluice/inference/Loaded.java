package dev.sluice.inference;

import java.util.Map;

/// A version that is in memory and fits its task.
///
/// @param metadata what the file and its sidecar say of the model
/// @param fileBytes size of the file
public record Loaded(
    Version version, Model model, Task task, Map<String, String> metadata, long fileBytes) {
  public Loaded {
    metadata = Map.copyOf(metadata);
  }
}
