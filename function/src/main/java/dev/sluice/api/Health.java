package dev.sluice.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.experiment.ErrorRate;
import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.Serving;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/// Answers the probes: alive, ready, and how the last minute went. Touches no queue and no model,
/// so it answers whatever else is stuck.
final class Health {
  private static final List<Field> FIELDS =
      List.of(
          new Field("Content-Type", "application/json"), new Field("Cache-Control", "no-store"));

  private final Serving serving;
  private final Readiness readiness;
  private final JsonText text;
  private final LongSupplier clock;

  Health(Serving serving, Readiness readiness, JsonText text, LongSupplier clock) {
    this.serving = serving;
    this.readiness = readiness;
    this.text = text;
    this.clock = clock;
  }

  Response alive() {
    return response(200, text.write(Health::writeAlive));
  }

  private static void writeAlive(JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeBooleanField("ok", true);
    out.writeEndObject();
  }

  Response ready() {
    Readiness.State state = readiness.state();
    boolean ready = state == Readiness.State.READY;
    boolean loaded = state != Readiness.State.STARTING;
    return response(
        ready ? 200 : 503,
        text.write(
            out -> {
              out.writeStartObject();
              out.writeBooleanField("ready", ready);
              out.writeBooleanField("models_loaded", loaded);
              out.writeEndObject();
            }));
  }

  Response health() {
    long now = clock.getAsLong();
    return response(200, text.write(out -> write(out, now)));
  }

  private void write(JsonGenerator out, long nowNanos) throws IOException {
    var counts = new TreeMap<String, TreeMap<String, ErrorRate.Counts>>();
    var all = new ErrorRate.Counts(0, 0);
    for (Map.Entry<String, Map<String, LiveVersion>> model : serving.versions().entrySet()) {
      var versions = new TreeMap<String, ErrorRate.Counts>();
      for (Map.Entry<String, LiveVersion> version : model.getValue().entrySet()) {
        ErrorRate.Counts minute = version.getValue().errors().lastMinute(nowNanos);
        versions.put(version.getKey(), minute);
        all = all.plus(minute);
      }
      counts.put(model.getKey(), versions);
    }
    out.writeStartObject();
    out.writeStringField("status", "ok");
    out.writeNumberField("error_rate", all.rate());
    out.writeNumberField("predictions", all.all());
    out.writeObjectFieldStart("models");
    for (var model : counts.entrySet()) {
      out.writeObjectFieldStart(model.getKey());
      for (var version : model.getValue().entrySet()) {
        out.writeObjectFieldStart(version.getKey());
        out.writeNumberField("error_rate", version.getValue().rate());
        out.writeNumberField("predictions", version.getValue().all());
        out.writeEndObject();
      }
      out.writeEndObject();
    }
    out.writeEndObject();
    out.writeEndObject();
  }

  private static Response response(int status, byte[] body) {
    return new Response(status, FIELDS, body, Response.After.KEEP);
  }
}
