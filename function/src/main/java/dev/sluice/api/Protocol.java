package dev.sluice.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.inference.ElementType;
import dev.sluice.inference.ImageTask;
import dev.sluice.inference.Signature;
import dev.sluice.inference.TensorTask;
import dev.sluice.inference.TextTask;
import dev.sluice.oip.Datatype;
import dev.sluice.routing.Split;
import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.Serving;
import dev.sluice.serving.Statistics;
import dev.sluice.serving.VersionHealth;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What the Open Inference Protocol (v2) asks besides inference: the server, its models, whether
/// they are ready, what they have done, and their coming and going. Thread-safe.
final class Protocol {
  private static final List<String> EXTENSIONS =
      List.of(
          "binary_tensor_data",
          "classification",
          "statistics",
          "model_repository",
          "model_configuration",
          "parameters");
  private static final String PLATFORM = "onnxruntime_onnx";
  private static final List<Field> FIELDS =
      List.of(
          new Field("Content-Type", "application/json"), new Field("Cache-Control", "no-store"));

  private final String build;
  private final int maxBatch;
  private final Serving serving;
  private final Models models;
  private final Readiness readiness;
  private final StrictJson json;
  private final JsonText text;
  private final Problems problems;

  Protocol(
      String build,
      int maxBatch,
      Serving serving,
      Models models,
      Readiness readiness,
      StrictJson json,
      JsonText text,
      Problems problems) {
    this.build = build;
    this.maxBatch = maxBatch;
    this.serving = serving;
    this.models = models;
    this.readiness = readiness;
    this.json = json;
    this.text = text;
    this.problems = problems;
  }

  Response server() {
    return answer(
        200,
        out -> {
          out.writeStartObject();
          out.writeStringField("name", "sluice");
          out.writeStringField("version", build);
          out.writeArrayFieldStart("extensions");
          for (String extension : EXTENSIONS) {
            out.writeString(extension);
          }
          out.writeEndArray();
          out.writeEndObject();
        });
  }

  Response live() {
    return told(200, "live", true);
  }

  Response ready() {
    boolean ready = readiness.state() == Readiness.State.READY;
    return told(ready ? 200 : 503, "ready", ready);
  }

  private Response told(int status, String member, boolean value) {
    return answer(
        status,
        out -> {
          out.writeStartObject();
          out.writeBooleanField(member, value);
          out.writeEndObject();
        });
  }

  private Response answer(int status, JsonText.Writing writing) {
    return new Response(status, FIELDS, text.write(writing), Response.After.KEEP);
  }

  /// The version that a path names, or the one that answers where it names none.
  private Optional<LiveVersion> live(Visit visit) {
    String model = visit.parameter("model");
    return visit
        .find("version")
        .or(() -> serving.routes().split(model).map(Split::stable))
        .flatMap(version -> serving.live(model, version));
  }

  private Response unknown(Visit visit) {
    return problems.response(
        Problem.NOT_FOUND,
        "no model of this name is loaded, or not in this version",
        visit.trace());
  }

  private interface Writing {
    void write(JsonGenerator out, LiveVersion live) throws IOException;
  }

  private Response of(Visit visit, Writing writing) {
    return live(visit)
        .map(live -> answer(200, out -> writing.write(out, live)))
        .orElseGet(() -> unknown(visit));
  }

  Response modelReady(Visit visit) {
    if (live(visit).isEmpty() && !loading(visit)) {
      return unknown(visit);
    }
    boolean ready = live(visit).isPresent();
    return answer(
        ready ? 200 : 503,
        out -> {
          out.writeStartObject();
          out.writeStringField("name", visit.parameter("model"));
          out.writeBooleanField("ready", ready);
          out.writeEndObject();
        });
  }

  private boolean loading(Visit visit) {
    return models.health().stream()
        .filter(version -> version.model().equals(visit.parameter("model")))
        .anyMatch(
            version ->
                visit.find("version").map(version.version()::equals).orElse(true)
                    && version.state() == VersionHealth.State.LOADING);
  }

  Response metadata(Visit visit) {
    return of(
        visit,
        (out, live) -> {
          String model = live.loaded().version().model();
          Signature signature = live.loaded().model().signature();
          out.writeStartObject();
          out.writeStringField("name", model);
          out.writeArrayFieldStart("versions");
          for (String version :
              new TreeMap<>(serving.versions().getOrDefault(model, Map.of())).keySet()) {
            out.writeString(version);
          }
          out.writeEndArray();
          out.writeStringField("platform", PLATFORM);
          ports(out, "inputs", signature.inputs());
          ports(out, "outputs", signature.outputs());
          out.writeEndObject();
        });
  }

  private static void ports(JsonGenerator out, String member, List<Signature.Port> ports)
      throws IOException {
    out.writeArrayFieldStart(member);
    for (Signature.Port port : ports) {
      out.writeStartObject();
      out.writeStringField("name", port.name());
      out.writeStringField("datatype", Datatype.of(port.type()));
      lengths(out, "shape", port.shape());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void lengths(JsonGenerator out, String member, List<Long> lengths)
      throws IOException {
    out.writeArrayFieldStart(member);
    for (long length : lengths) {
      out.writeNumber(length);
    }
    out.writeEndArray();
  }

  /// The parts of Triton's model configuration that its tools read.
  Response config(Visit visit) {
    return of(
        visit,
        (out, live) -> {
          Signature signature = live.loaded().model().signature();
          boolean rows = takesRows(live);
          out.writeStartObject();
          out.writeStringField("name", live.loaded().version().model());
          out.writeStringField("platform", PLATFORM);
          out.writeStringField("backend", "onnxruntime");
          out.writeNumberField("max_batch_size", rows ? maxBatch : 0);
          typed(out, "input", signature.inputs(), rows);
          typed(out, "output", signature.outputs(), rows);
          if (live.batcher().policy().curve().ceiling() > 1) {
            out.writeObjectFieldStart("dynamic_batching");
            out.writeEndObject();
          }
          out.writeEndObject();
        });
  }

  /// Of a model of tensors a free first axis is one of rows only if that was tried.
  private static boolean takesRows(LiveVersion live) {
    return live.loaded().model().signature().batched()
        && switch (live.loaded().task()) {
          case ImageTask image -> true;
          case TextTask text -> true;
          case TensorTask tensors -> live.batcher().policy().curve().ceiling() > 1;
        };
  }

  private static void typed(
      JsonGenerator out, String member, List<Signature.Port> ports, boolean rows)
      throws IOException {
    out.writeArrayFieldStart(member);
    for (Signature.Port port : ports) {
      out.writeStartObject();
      out.writeStringField("name", port.name());
      out.writeStringField(
          "data_type",
          port.type() == ElementType.STRING ? "TYPE_STRING" : "TYPE_" + Datatype.of(port.type()));
      lengths(out, "dims", rows ? port.shape().subList(1, port.shape().size()) : port.shape());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  Response allStatistics(Visit visit) {
    var all = new ArrayList<LiveVersion>();
    new TreeMap<>(serving.versions())
        .values()
        .forEach(versions -> all.addAll(new TreeMap<>(versions).values()));
    return statistics(all);
  }

  Response statistics(Visit visit) {
    if (visit.find("version").isPresent()) {
      return live(visit).map(live -> statistics(List.of(live))).orElseGet(() -> unknown(visit));
    }
    Map<String, LiveVersion> versions =
        serving.versions().getOrDefault(visit.parameter("model"), Map.of());
    return versions.isEmpty()
        ? unknown(visit)
        : statistics(List.copyOf(new TreeMap<>(versions).values()));
  }

  private Response statistics(List<LiveVersion> versions) {
    return answer(
        200,
        out -> {
          out.writeStartObject();
          out.writeArrayFieldStart("model_stats");
          for (LiveVersion live : versions) {
            statistics(out, live);
          }
          out.writeEndArray();
          out.writeEndObject();
        });
  }

  private static final Statistics.Sum NONE = new Statistics.Sum(0, 0);

  private static void statistics(JsonGenerator out, LiveVersion live) throws IOException {
    Statistics.Seen seen = live.statistics().seen();
    out.writeStartObject();
    out.writeStringField("name", live.loaded().version().model());
    out.writeStringField("version", live.loaded().version().name());
    out.writeNumberField("last_inference", seen.lastMillis());
    out.writeNumberField("inference_count", seen.rows());
    out.writeNumberField("execution_count", seen.runs());
    out.writeObjectFieldStart("inference_stats");
    sum(out, "success", seen.success());
    sum(out, "fail", seen.fail());
    sum(out, "queue", seen.queue());
    // Reading and writing tensors is part of the request, not of the run.
    sum(out, "compute_input", NONE);
    sum(out, "compute_infer", seen.inference());
    sum(out, "compute_output", NONE);
    sum(out, "cache_hit", NONE);
    sum(out, "cache_miss", NONE);
    out.writeEndObject();
    out.writeArrayFieldStart("batch_stats");
    for (Map.Entry<Integer, Statistics.Sum> size : seen.byRows().entrySet()) {
      out.writeStartObject();
      out.writeNumberField("batch_size", size.getKey());
      sum(out, "compute_input", NONE);
      sum(out, "compute_infer", size.getValue());
      sum(out, "compute_output", NONE);
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void sum(JsonGenerator out, String member, Statistics.Sum sum) throws IOException {
    out.writeObjectFieldStart(member);
    out.writeNumberField("count", sum.count());
    out.writeNumberField("ns", sum.nanos());
    out.writeEndObject();
  }

  /// What there is: loaded, on its way, failed, and not loaded; by name.
  Response index(byte[] body) throws BadBody {
    boolean readyOnly = body.length > 0 && json.read(body, RepositoryBody::readyOnly);
    Models.Listing listing = models.list();
    var entries = new ArrayList<Entry>();
    for (Models.Shown shown : listing.versions()) {
      VersionHealth health = shown.health();
      String state = state(health.state());
      entries.add(new Entry(health.model(), health.version(), state, reason(health)));
    }
    for (Models.Name name : listing.available()) {
      entries.add(new Entry(name.model(), name.version(), "UNAVAILABLE", "not loaded"));
    }
    entries.sort(Comparator.comparing(Entry::model).thenComparing(Entry::version));
    return answer(
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

  private record Entry(String model, String version, String state, String reason) {}

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
