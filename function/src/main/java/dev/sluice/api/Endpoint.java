package dev.sluice.api;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Every path of the service, its methods and what it takes to be let in: the closed list behind
/// routing, metric labels and the OpenAPI document.
public enum Endpoint {
  INFER("/v1/infer", Access.CALLER, "POST"),
  PREDICT("/predict", Access.CALLER, "POST"),
  FEEDBACK("/v1/feedback", Access.CALLER, "POST"),
  V2("/v2", Access.READER, "GET"),
  V2_LIVE("/v2/health/live", Access.OPEN, "GET"),
  V2_READY("/v2/health/ready", Access.OPEN, "GET"),
  V2_STATS("/v2/models/stats", Access.READER, "GET"),
  V2_MODEL("/v2/models/{model}", Access.READER, "GET"),
  V2_MODEL_READY("/v2/models/{model}/ready", Access.READER, "GET"),
  V2_MODEL_CONFIG("/v2/models/{model}/config", Access.READER, "GET"),
  V2_MODEL_STATS("/v2/models/{model}/stats", Access.READER, "GET"),
  V2_MODEL_INFER("/v2/models/{model}/infer", Access.CALLER, "POST"),
  V2_VERSION("/v2/models/{model}/versions/{version}", Access.READER, "GET"),
  V2_VERSION_READY("/v2/models/{model}/versions/{version}/ready", Access.READER, "GET"),
  V2_VERSION_CONFIG("/v2/models/{model}/versions/{version}/config", Access.READER, "GET"),
  V2_VERSION_STATS("/v2/models/{model}/versions/{version}/stats", Access.READER, "GET"),
  V2_VERSION_INFER("/v2/models/{model}/versions/{version}/infer", Access.CALLER, "POST"),
  V2_INDEX("/v2/repository/index", Access.READER, "POST"),
  V2_LOAD("/v2/repository/models/{model}/load", Access.ADMIN, "POST"),
  V2_UNLOAD("/v2/repository/models/{model}/unload", Access.ADMIN, "POST"),
  SAGEMAKER_PING("/ping", Access.OPEN, Platform.SAGEMAKER, "GET"),
  SAGEMAKER_INVOCATIONS("/invocations", Access.CALLER, Platform.SAGEMAKER, "POST"),
  KSERVE_MODELS("/v1/models", Access.READER, Platform.KSERVE, "GET"),
  KSERVE_PREDICT("/v1/models/{model}:predict", Access.CALLER, Platform.KSERVE, "POST"),
  KSERVE_MODEL("/v1/models/{model}", Access.READER, Platform.KSERVE, "GET"),
  VERTEX_PREDICT(
      "/v1/endpoints/{endpoint}/deployedModels/{id}:predict",
      Access.CALLER,
      Platform.VERTEX,
      "POST"),
  VERTEX_HEALTH(
      "/v1/endpoints/{endpoint}/deployedModels/{id}", Access.OPEN, Platform.VERTEX, "GET"),
  HEALTHZ("/healthz", Access.OPEN, "GET"),
  HEALTH("/health", Access.OPEN, "GET"),
  READY("/ready", Access.OPEN, "GET"),
  METRICS("/metrics", Access.OPEN, "GET"),
  OPENAPI("/openapi.yml", Access.OPEN, "GET"),
  ADMIN_CONFIG("/admin/config", Access.ADMIN, "GET", "POST"),
  ADMIN_WARMUP("/admin/warmup", Access.ADMIN, "POST"),
  ADMIN_PROMOTE("/admin/promote", Access.ADMIN, "POST"),
  ADMIN_MODELS("/admin/models", Access.ADMIN, "GET"),
  ADMIN_MODELS_VALIDATE("/admin/models/validate", Access.ADMIN, "POST"),
  ADMIN_MODELS_LOAD("/admin/models/load", Access.ADMIN, "POST"),
  ADMIN_MODELS_UNLOAD("/admin/models/unload", Access.ADMIN, "POST"),
  ADMIN_HISTORY("/admin/history", Access.ADMIN, "GET"),
  ADMIN_EVENTS("/admin/events", Access.ADMIN, "GET"),
  ADMIN_SYSTEM("/admin/system", Access.ADMIN, "GET"),
  ROLLOUTS("/admin/rollouts", Access.ADMIN, "GET", "POST"),
  ROLLOUT("/admin/rollouts/{id}", Access.ADMIN, "GET", "DELETE"),
  ROLLOUT_HISTORY("/admin/rollouts/{id}/history", Access.ADMIN, "GET"),
  ROLLOUT_EXPLAIN("/admin/rollouts/{id}/explain", Access.ADMIN, "GET"),
  ROLLOUT_REPLAY("/admin/rollouts/{id}/replay", Access.ADMIN, "GET"),
  ROLLOUT_SERIES("/admin/rollouts/{id}/series", Access.ADMIN, "GET"),
  ROLLOUT_VERB("/admin/rollouts/{id}/{verb}", Access.ADMIN, "POST"),
  CONSOLE("/console", Access.CONSOLE, "GET"),
  CONSOLE_ASSET("/console/{asset}", Access.CONSOLE, "GET"),
  CONSOLE_SESSION("/console/session", Access.CONSOLE, "GET", "POST", "DELETE"),
  /// The framework's management endpoints; the rest of the path is theirs.
  MANAGE("/manage", Access.ADMIN, "GET", "POST"),
  /// Whatever is not here: one label for all of it.
  OTHER("", Access.OPEN);

  /// Who may come in.
  public enum Access {
    OPEN,
    /// Anybody, or the holders of `API_KEYS` where those are set; counted by the limits.
    CALLER,
    /// The same, and counted by none: it costs next to nothing.
    READER,
    /// The holder of `ADMIN_TOKEN`; of `VIEWER_TOKEN` too, to read.
    ADMIN,
    /// Anybody where `ADMIN_TOKEN` is set: the page that asks for it. Its cookies, and its rules
    /// for browsers, are nobody else's.
    CONSOLE;

    /// Whether only operators have anything to do there.
    boolean forOperators() {
      return switch (this) {
        case ADMIN, CONSOLE -> true;
        case OPEN, CALLER, READER -> false;
      };
    }
  }

  private static final Map<String, Endpoint> BY_PATH =
      Arrays.stream(values()).collect(Collectors.toMap(Endpoint::path, Function.identity()));

  // By the number of segments. A fixed segment is a better fit than one that takes anything.
  private static final Map<Integer, List<Endpoint>> WITH_PARAMETERS =
      Arrays.stream(values())
          .filter(endpoint -> endpoint.template.hasParameters())
          .sorted(Comparator.comparingInt(endpoint -> endpoint.template.parameters()))
          .collect(Collectors.groupingBy(endpoint -> endpoint.template.segments().size()));

  private final String path;

  @SuppressWarnings("ImmutableEnumChecker") // made of strings
  private final PathTemplate template;

  private final Access access;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> methods;

  @SuppressWarnings("ImmutableEnumChecker") // of an enum
  private final Optional<Platform> platform;

  Endpoint(String path, Access access, String... methods) {
    this(path, access, Optional.empty(), methods);
  }

  Endpoint(String path, Access access, Platform platform, String... methods) {
    this(path, access, Optional.of(platform), methods);
  }

  Endpoint(String path, Access access, Optional<Platform> platform, String... methods) {
    this.path = path;
    this.template = PathTemplate.of(path);
    this.access = access;
    this.platform = platform;
    this.methods = List.of(methods);
  }

  /// As it is known to people and to metrics: parameters by their names, `/admin/rollouts/{id}`.
  public String path() {
    return path;
  }

  public Access access() {
    return access;
  }

  /// Whose contract it is part of; it is answered only where [Adapters] says so.
  public Optional<Platform> platform() {
    return platform;
  }

  /// Whether it predicts by a model that its path does not name.
  boolean meansDefaultModel() {
    return this == SAGEMAKER_INVOCATIONS || this == VERTEX_PREDICT;
  }

  /// Methods with a meaning of their own; HEAD goes with GET, OPTIONS is answered everywhere.
  public List<String> methods() {
    return methods;
  }

  boolean takes(String method) {
    return methods.contains(method) || (method.equals("HEAD") && methods.contains("GET"));
  }

  /// The value of the `Allow` field (RFC 9110, section 10.2.1).
  String allow() {
    String head = methods.contains("GET") ? ", HEAD" : "";
    return String.join(", ", methods) + head + ", OPTIONS";
  }

  /// An endpoint and what stands in the place of its parameters.
  record Match(Endpoint endpoint, Map<String, String> parameters) {
    Match {
      parameters = Map.copyOf(parameters);
    }
  }

  /// The endpoint of a path; none when there is nothing.
  static Optional<Match> at(String path) {
    if (path.startsWith("/manage/")) {
      return Optional.of(new Match(MANAGE, Map.of()));
    }
    // One published form of the protocol has the slash.
    if (path.equals("/v2/")) {
      return Optional.of(new Match(V2, Map.of()));
    }
    if (path.equals("/console/")) {
      return Optional.of(new Match(CONSOLE, Map.of()));
    }
    return Optional.ofNullable(BY_PATH.get(path))
        .filter(found -> found != OTHER && !found.template.hasParameters())
        .map(found -> new Match(found, Map.of()))
        .or(() -> byTemplate(path));
  }

  private static Optional<Match> byTemplate(String path) {
    List<String> segments = PathTemplate.split(path);
    for (Endpoint endpoint : WITH_PARAMETERS.getOrDefault(segments.size(), List.of())) {
      Optional<Map<String, String>> parameters = endpoint.template.match(segments);
      if (parameters.isPresent()) {
        return Optional.of(new Match(endpoint, parameters.get()));
      }
    }
    return Optional.empty();
  }
}
