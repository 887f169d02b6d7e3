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
import dev.sluice.serving.VersionHealth;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What the Open Inference Protocol (v2) asks before anybody infers: the server, its models and
/// whether they are ready. Thread-safe.
final class Protocol {
  private static final List<String> EXTENSIONS =
      List.of(
          "binary_tensor_data",
          "classification",
          "statistics",
          "model_repository",
          "model_configuration",
          "schedule_policy",
          "parameters");
  private static final String PLATFORM = "onnxruntime_onnx";
  private final String build;
  private final int maxBatch;
  private final Serving serving;
  private final Models models;
  private final Readiness readiness;
  private final JsonAnswers answers;

  Protocol(
      String build,
      int maxBatch,
      Serving serving,
      Models models,
      Readiness readiness,
      JsonAnswers answers) {
    this.build = build;
    this.maxBatch = maxBatch;
    this.serving = serving;
    this.models = models;
    this.readiness = readiness;
    this.answers = answers;
  }

  Response server() {
    return answers.of(
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
    return answers.of(
        status,
        out -> {
          out.writeStartObject();
          out.writeBooleanField(member, value);
          out.writeEndObject();
        });
  }

  /// The version that a path names, or the one that answers where it names none.
  private Optional<LiveVersion> live(Visit visit) {
    String model = visit.parameter("model");
    return visit
        .find("version")
        .or(() -> serving.routes().split(model).map(Split::stable))
        .flatMap(version -> serving.live(model, version));
  }

  private interface Writing {
    void write(JsonGenerator out, LiveVersion live) throws IOException;
  }

  private Response of(Visit visit, Writing writing) {
    return live(visit)
        .map(live -> answers.of(200, out -> writing.write(out, live)))
        .orElseGet(() -> answers.unknownModel(visit));
  }

  Response modelReady(Visit visit) {
    boolean ready = live(visit).isPresent();
    if (!ready && !loading(visit)) {
      return answers.unknownModel(visit);
    }
    return answers.of(
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
}
