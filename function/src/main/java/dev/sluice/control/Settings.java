package dev.sluice.control;

import dev.sluice.routing.Split;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The standing splits: how each model is split while no rollout runs.
///
/// @param revision how often they were written: their lock
/// @param standing by the name of the model
public record Settings(long revision, Map<String, Standing> standing) {
  /// Nothing was ever written.
  public static final Settings NONE = new Settings(0, Map.of());

  public Settings {
    standing = Map.copyOf(standing);
  }

  /// A standing split.
  ///
  /// @param configured what the configuration said when it was written: if the configuration says
  ///     something else at a later start, that is the later word
  public record Standing(Split split, Split configured) {}

  public Optional<Split> split(String model) {
    return Optional.ofNullable(standing.get(model)).map(Standing::split);
  }

  /// With another split of a model, as it is to be written over what was read.
  public Settings written(String model, Split split) {
    Split configured =
        Optional.ofNullable(standing.get(model)).map(Standing::configured).orElse(split);
    var next = new HashMap<>(standing);
    next.put(model, new Standing(split, configured));
    return new Settings(revision + 1, next);
  }

  /// With what the configuration says now: it wins over what was written under another one. Which
  /// versions happen to be loaded besides is no configuration.
  public Settings configured(Map<String, Split> configured) {
    var next = new HashMap<>(standing);
    configured.forEach(
        (model, said) -> {
          Split split = said.withAlsoLoaded(List.of());
          Standing found = next.get(model);
          if (found == null || !found.configured().equals(split)) {
            next.put(model, new Standing(split, split));
          }
        });
    return next.equals(standing) ? this : new Settings(revision + 1, next);
  }
}
