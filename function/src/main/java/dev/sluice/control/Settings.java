package dev.sluice.control;

import dev.sluice.routing.Split;
import dev.sluice.routing.Weighted;
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

  private static Split later(Standing found, Split said) {
    Split before = found.configured();
    Split split = found.split();
    if (reweighted(before, said)) {
      split =
          new Split(
              said.versions(),
              split.alsoLoaded(),
              said.stable(),
              said.canary(),
              split.canaryTraffic(),
              split.shadow(),
              split.strategy());
    }
    if (said.canaryTraffic() != before.canaryTraffic()) {
      split = split.withCanaryTraffic(said.canaryTraffic());
    }
    if (!said.shadow().equals(before.shadow())) {
      split = split.withShadow(said.shadow());
    }
    return said.strategy().equals(before.strategy()) ? split : split.withStrategy(said.strategy());
  }

  /// Whether the same versions have other weights.
  private static boolean reweighted(Split before, Split said) {
    return names(before).equals(names(said)) && !before.versions().equals(said.versions());
  }

  private static List<String> names(Split split) {
    return split.versions().stream().map(Weighted::version).toList();
  }

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

  /// The same, as something else is written that must not pass it by.
  Settings touched() {
    return new Settings(revision + 1, standing);
  }

  /// With what the configuration says now. Of each thing that it says otherwise than when it was
  /// last read, it is the later word; all else stays as it was written. Which files happen to be
  /// there is no configuration.
  public Settings configured(Map<String, Split> configured) {
    var next = new HashMap<>(standing);
    configured.forEach(
        (model, said) -> {
          Split split = said.withAlsoLoaded(List.of());
          Standing found = next.get(model);
          next.put(
              model,
              found == null
                  ? new Standing(split, split)
                  : new Standing(later(found, split), split));
        });
    return next.equals(standing) ? this : new Settings(revision + 1, next);
  }
}
