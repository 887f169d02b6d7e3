package dev.sluice.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.Serving;
import dev.sluice.serving.Statistics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The protocol's statistics extension: what each version has done since it was loaded, in rows,
/// runs and nanoseconds. Thread-safe.
record ModelStatistics(Serving serving, JsonAnswers answers) {
  private static final Statistics.Sum NONE = new Statistics.Sum(0, 0);

  Response ofAll() {
    var all = new ArrayList<LiveVersion>();
    new TreeMap<>(serving.versions())
        .values()
        .forEach(versions -> all.addAll(new TreeMap<>(versions).values()));
    return answer(all);
  }

  /// Of every version of a model, or of the one that the path names.
  Response of(Visit visit) {
    String model = visit.parameter("model");
    List<LiveVersion> versions =
        visit
            .find("version")
            .map(version -> serving.live(model, version).stream().toList())
            .orElseGet(() -> versions(model));
    return versions.isEmpty() ? answers.unknownModel(visit) : answer(versions);
  }

  private List<LiveVersion> versions(String model) {
    return List.copyOf(new TreeMap<>(serving.versions().getOrDefault(model, Map.of())).values());
  }

  private Response answer(List<LiveVersion> versions) {
    return answers.of(
        200,
        out -> {
          out.writeStartObject();
          out.writeArrayFieldStart("model_stats");
          for (LiveVersion live : versions) {
            write(out, live);
          }
          out.writeEndArray();
          out.writeEndObject();
        });
  }

  private static void write(JsonGenerator out, LiveVersion live) throws IOException {
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
}
