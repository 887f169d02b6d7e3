package dev.sluice.serving;

import dev.sluice.experiment.Shares;
import dev.sluice.routing.Routes;
import dev.sluice.routing.Split;
import dev.sluice.routing.Strategy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where traffic goes, since when each model's goes there, and the versions that it can go to:
/// one value, so that no call sees a route to a version that it does not see.
record Standing(
    Routes routes, Map<String, Instant> since, Map<String, Map<String, LiveVersion>> versions) {
  Standing {
    since = Map.copyOf(since);
    versions = Map.copyOf(versions);
  }

  static Standing of(Routes routes, Instant now, Map<String, Map<String, LiveVersion>> versions) {
    var since = new HashMap<String, Instant>();
    routes.splits().keySet().forEach(model -> since.put(model, now));
    return new Standing(routes, since, versions);
  }

  /// Models whose split stays as it is have been split so since as long as before.
  Standing to(Routes next, Instant now) {
    var moved = new HashMap<String, Instant>();
    next.splits()
        .forEach(
            (model, split) -> {
              boolean same = routes.split(model).filter(split::equals).isPresent();
              moved.put(model, same ? since.getOrDefault(model, now) : now);
            });
    return new Standing(next, moved, versions);
  }

  Optional<LiveVersion> live(String model, String version) {
    return Optional.ofNullable(versions.getOrDefault(model, Map.of()).get(version));
  }

  private Standing having(String model, Map<String, LiveVersion> siblings) {
    var changed = new HashMap<>(versions);
    changed.put(model, Map.copyOf(siblings));
    return new Standing(routes, since, changed);
  }

  private Standing splitting(String model, Split split, Instant now) {
    var splits = new HashMap<>(routes.splits());
    splits.put(model, split);
    return to(Routes.of(splits, routes.revision() + 1), now);
  }

  /// With a version that gets no traffic by weight; the first one of a model gets all.
  Standing with(LiveVersion arrived, Strategy strategy, Instant now) {
    String model = arrived.loaded().version().model();
    String name = arrived.loaded().version().name();
    var siblings = new HashMap<>(versions.getOrDefault(model, Map.of()));
    siblings.put(name, arrived);
    Optional<Split> before = routes.split(model);
    Split after =
        before
            .map(split -> split.names(name) ? split : split.withAlsoLoaded(more(split, name)))
            .orElseGet(() -> Split.single(name).withStrategy(strategy));
    Standing loaded = having(model, siblings);
    return before.filter(after::equals).isPresent() ? loaded : loaded.splitting(model, after, now);
  }

  private static List<String> more(Split split, String name) {
    var names = new ArrayList<>(split.alsoLoaded());
    names.add(name);
    return names;
  }

  /// Without a version; empty when it is not there, or is more than merely loaded.
  Optional<Standing> without(String model, String name, Instant now) {
    Optional<Split> rest = routes.split(model).flatMap(split -> split.without(name));
    if (live(model, name).isEmpty() || rest.isEmpty()) {
      return Optional.empty();
    }
    var siblings = new HashMap<>(versions.getOrDefault(model, Map.of()));
    siblings.remove(name);
    return Optional.of(having(model, siblings).splitting(model, rest.get(), now));
  }

  Optional<Shares> shares(String model) {
    return routes
        .split(model)
        .flatMap(
            split -> Optional.ofNullable(since.get(model)).map(when -> Shares.of(split, when)));
  }
}
