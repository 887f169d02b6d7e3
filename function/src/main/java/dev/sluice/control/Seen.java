package dev.sluice.control;

import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Split;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a process knows of the store: all that routes are made of.
///
/// @param active rollouts
public record Seen(List<RolloutRecord> active, Settings settings) {
  public Seen {
    active = List.copyOf(active);
  }

  /// Reads both. An end writes both at once: one that came between the readings would show the old
  /// split without its rollout, so they are read again until nothing came between.
  static Seen of(Rollouts store) throws StoreUnavailable {
    while (true) {
      Settings before = store.settings();
      List<RolloutRecord> active = store.active();
      if (store.settings().revision() == before.revision()) {
        return new Seen(active, before);
      }
    }
  }

  /// How each model is split now.
  public Map<String, Split> splits() {
    var splits = new HashMap<String, Split>();
    settings.standing().forEach((model, standing) -> splits.put(model, standing.split()));
    for (RolloutRecord record : active) {
      Rollout rollout = record.rollout();
      splits.computeIfPresent(record.model(), (model, split) -> during(rollout, split));
    }
    return splits;
  }

  // Two that do not belong together move nothing.
  private static Split during(Rollout rollout, Split split) {
    return split.stable().equals(rollout.stable())
        ? split.trying(rollout.canary(), rollout.share())
        : split.onStable();
  }

  /// With another record in the place of the one of the same rollout.
  Seen with(RolloutRecord record) {
    return new Seen(
        active.stream().map(each -> each.id().equals(record.id()) ? record : each).toList(),
        settings);
  }
}
