package dev.sluice.api;

import java.util.Map;
import java.util.Optional;

/// What a request is for.
///
/// @param parameters of its path, by their names
record Visit(
    Endpoint endpoint,
    Map<String, String> parameters,
    Query query,
    String method,
    Trace trace,
    long arrivedNanos) {
  Visit {
    parameters = Map.copyOf(parameters);
  }

  /// Of a path that says all there is to say.
  Visit(Endpoint endpoint, String method, Trace trace, long arrivedNanos) {
    this(endpoint, Map.of(), Query.NONE, method, trace, arrivedNanos);
  }

  /// The same under another trace.
  Visit traced(Trace other) {
    return new Visit(endpoint, parameters, query, method, other, arrivedNanos);
  }

  /// A parameter that the endpoint's path may have.
  Optional<String> find(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /// A parameter that the endpoint's path has.
  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }
}
