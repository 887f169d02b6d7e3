package dev.sluice.routing;

import dev.sluice.routing.Routed.NoSuchModel;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The splits of all models at one moment. Immutable: whoever holds it sees one consistent state,
/// and a change is a new one.
public final class Routes {
  private final Map<String, Split> splits;
  private final Map<String, Lane> lanes;
  private final long revision;

  private Routes(Map<String, Split> splits, long revision) {
    this.splits = Map.copyOf(splits);
    this.revision = revision;
    Map<String, Lane> compiled = new HashMap<>();
    splits.forEach((model, split) -> compiled.put(model, Lane.of(model, split)));
    this.lanes = Map.copyOf(compiled);
  }

  /// Routes for these models.
  ///
  /// @param splits by the name of the model
  /// @param revision of the settings and rollouts that the splits were made of
  public static Routes of(Map<String, Split> splits, long revision) {
    return new Routes(splits, revision);
  }

  public long revision() {
    return revision;
  }

  public Map<String, Split> splits() {
    return splits;
  }

  public Optional<Split> split(String model) {
    return Optional.ofNullable(splits.get(model));
  }

  /// Which variant answers. A function of its arguments but for `round-robin`, whose place in the
  /// rotation is in `turns`.
  public Routed route(Ask ask, Turns turns) {
    Lane lane = lanes.get(ask.model());
    if (lane == null) {
      return new NoSuchModel(ask.model());
    }
    return switch (ask.override()) {
      case VariantOverride.None none -> lane.assign(ask, turns);
      case VariantOverride.ToRole(Role role) -> lane.overridden(ask, lane.inRole(role));
      case VariantOverride.Debug debug -> lane.overridden(ask, lane.debug());
      case VariantOverride.Named(String version) -> lane.overridden(ask, lane.named(version));
    };
  }
}
