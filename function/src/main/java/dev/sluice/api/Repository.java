package dev.sluice.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.Serving;
import dev.sluice.serving.VersionHealth;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The protocol's model repository extension: which models there are, and their coming and going.
/// Thread-safe.
record Repository(Serving serving, Models models, StrictJson json, JsonAnswers answers) {
  /// What there is: loaded, on its way, failed, and not loaded; by name.
  Response index(byte[] body) throws BadBody {
    boolean readyOnly = body.length > 0 && json.read(body, RepositoryBody::readyOnly);
    List<Entry> entries = entries();
    return answers.of(
        200,
        out -> {
          out.writeStartArray();
          for (Entry entry : entries) {
            if (!readyOnly || entry.state().equals("READY")) {
              entry(out, entry);
            }
          }
          out.writeEndArray();
        });
  }

  private record Entry(String model, String version, String state, String reason) {
    boolean names(Models.Name name) {
      return model.equals(name.model()) && version.equals(name.version());
    }
  }

  private List<Entry> entries() {
    Models.Listing listing = models.list();
    var entries = new ArrayList<Entry>();
    for (Models.Shown shown : listing.versions()) {
      VersionHealth health = shown.health();
      entries.add(
          new Entry(health.model(), health.version(), state(health.state()), reason(health)));
    }
    for (Models.Name name : listing.available()) {
      // One that failed to load is there, too, and was listed with its reason.
      if (entries.stream().anyMatch(entry -> entry.names(name))) {
        continue;
      }
      entries.add(new Entry(name.model(), name.version(), "UNAVAILABLE", "not loaded"));
    }
    entries.sort(Comparator.comparing(Entry::model).thenComparing(Entry::version));
    return entries;
  }

  private static String state(VersionHealth.State state) {
    return switch (state) {
      case LOADING -> "LOADING";
      case HEALTHY, DEGRADED, UNHEALTHY -> "READY";
      case FAILED -> "UNAVAILABLE";
    };
  }

  private static String reason(VersionHealth health) {
    return health.state() == VersionHealth.State.FAILED
        ? health.checks().stream().map(check -> check.message()).findFirst().orElse("")
        : "";
  }

  private static void entry(JsonGenerator out, Entry entry) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", entry.model());
    out.writeStringField("version", entry.version());
    out.writeStringField("state", entry.state());
    out.writeStringField("reason", entry.reason());
    out.writeEndObject();
  }

  /// What became of a wish to load or unload a model.
  sealed interface Moved {
    record Done() implements Moved {}

    record Refused(Problem problem, String detail) implements Moved {}
  }

  /// Loads every version whose file is there.
  Moved load(Visit visit) {
    String model = visit.parameter("model");
    List<Models.Name> there =
        models.list().available().stream().filter(name -> name.model().equals(model)).toList();
    if (there.isEmpty() && !serving.versions().containsKey(model)) {
      return new Moved.Refused(Problem.NOT_FOUND, "no model of this name is in MODELS_DIR");
    }
    for (Models.Name name : there) {
      if (models.load(name)
          instanceof Models.Answered.Refused<Models.Shown>(Models.Why why, String detail)) {
        return new Moved.Refused(ModelsAdmin.problem(why), detail);
      }
    }
    return new Moved.Done();
  }

  /// Unloads every version that has no part in the traffic; refused where there is none. The stable
  /// version stays: without it the model would be gone for its callers.
  Moved unload(Visit visit) {
    String model = visit.parameter("model");
    Map<String, LiveVersion> versions = serving.versions().getOrDefault(model, Map.of());
    if (versions.isEmpty()) {
      return new Moved.Refused(Problem.NOT_FOUND, "no model of this name is loaded");
    }
    List<Moved> moves =
        new TreeMap<>(versions)
            .keySet().stream().map(version -> unload(new Models.Name(model, version))).toList();
    return moves.stream()
        .filter(Moved.Done.class::isInstance)
        .findFirst()
        .orElseGet(moves::getLast);
  }

  private Moved unload(Models.Name name) {
    return switch (models.unload(name)) {
      case Models.Answered.Done<Models.Name> done -> new Moved.Done();
      case Models.Answered.Refused<Models.Name>(Models.Why why, String detail) ->
          new Moved.Refused(ModelsAdmin.problem(why), detail);
    };
  }
}
