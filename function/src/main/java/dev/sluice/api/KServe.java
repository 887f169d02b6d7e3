package dev.sluice.api;

import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.Serving;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What KServe's version 1 asks besides predictions: which models there are. Thread-safe.
record KServe(Serving serving, JsonText text) {
  private static final List<Field> FIELDS =
      List.of(
          new Field("Content-Type", "application/json"), new Field("Cache-Control", "no-store"));

  Response models() {
    byte[] body =
        text.write(
            out -> {
              out.writeStartObject();
              out.writeArrayFieldStart("models");
              for (Map.Entry<String, Map<String, LiveVersion>> model :
                  new TreeMap<>(serving.versions()).entrySet()) {
                if (!model.getValue().isEmpty()) {
                  out.writeString(model.getKey());
                }
              }
              out.writeEndArray();
              out.writeEndObject();
            });
    return new Response(200, FIELDS, body, Response.After.KEEP);
  }
}
