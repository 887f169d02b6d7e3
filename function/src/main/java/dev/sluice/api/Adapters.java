package dev.sluice.api;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which other platforms' contracts are answered, and where. The paths of one that is off are no
/// paths at all.
///
/// @param on none by default
/// @param healthRoute where Vertex AI asks for health; where it is not said, at the path that it
///     documents
/// @param predictRoute where Vertex AI sends instances, likewise
public record Adapters(
    Set<Platform> on, Optional<String> healthRoute, Optional<String> predictRoute) {
  public Adapters {
    on = Set.copyOf(on);
  }

  /// The endpoint of a path; none when there is nothing. Where a platform's path names no model it
  /// means the default one.
  Optional<Endpoint.Match> at(String path, String defaultModel) {
    if (on.isEmpty()) {
      return Endpoint.at(path).filter(match -> match.endpoint().platform().isEmpty());
    }
    return routed(path)
        .or(() -> Endpoint.at(path))
        .filter(match -> match.endpoint().platform().map(on::contains).orElse(true))
        .map(
            match ->
                match.endpoint().meansDefaultModel()
                    ? new Endpoint.Match(match.endpoint(), Map.of("model", defaultModel))
                    : match);
  }

  /// The routes that Vertex AI chose win over ours: `/predict` may be one of them.
  private Optional<Endpoint.Match> routed(String path) {
    if (!on.contains(Platform.VERTEX)) {
      return Optional.empty();
    }
    if (predictRoute.filter(path::equals).isPresent()) {
      return Optional.of(new Endpoint.Match(Endpoint.VERTEX_PREDICT, Map.of()));
    }
    return healthRoute
        .filter(path::equals)
        .map(route -> new Endpoint.Match(Endpoint.VERTEX_HEALTH, Map.of()));
  }
}
