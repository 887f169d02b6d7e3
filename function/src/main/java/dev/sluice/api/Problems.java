package dev.sluice.api;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The one writer of refusals and failures: `application/problem+json` (RFC 9457), with the same
/// text once more as `error` for clients of the Open Inference Protocol. Thread-safe.
final class Problems {
  static final String CONTENT_TYPE = "application/problem+json";

  private final JsonText text;

  Problems(JsonText text) {
    this.text = text;
  }

  /// Something wrong at a place in the body.
  ///
  /// @param pointer JSON pointer (RFC 6901)
  record Fault(String pointer, String detail) {}

  Response response(Problem problem, String detail, Trace trace) {
    return response(problem, detail, trace, List.of(), List.of());
  }

  /// @param detail one sentence that names the value and what would be right, nothing from inside
  /// @param faults the places in the body, where that helps
  /// @param more header fields beside `Content-Type` and `Trace-Id`
  Response response(
      Problem problem, String detail, Trace trace, List<Fault> faults, List<Field> more) {
    return response(problem, detail, trace, faults, json -> {}, more);
  }

  /// @param members of the problem beside the usual ones (RFC 9457, section 3.2)
  Response response(
      Problem problem,
      String detail,
      Trace trace,
      List<Fault> faults,
      JsonText.Writing members,
      List<Field> more) {
    var fields = new ArrayList<Field>();
    fields.add(new Field("Content-Type", CONTENT_TYPE));
    fields.add(trace.field());
    fields.add(new Field("Cache-Control", "no-store"));
    fields.addAll(more);
    byte[] body = text.write(json -> write(json, problem, detail, trace, faults, members));
    return new Response(problem.status(), fields, body, after(problem));
  }

  /// `Retry-After` in whole seconds, at least one (RFC 9110, section 10.2.3).
  static Field retryAfter(Duration wait) {
    return new Field(
        "Retry-After", Long.toString(Math.max(1, wait.plusNanos(999_999_999).toSeconds())));
  }

  /// Writes, into an open object, the problem that stands for one item of a batch.
  static void writeItem(JsonGenerator json, Problem problem, String detail) throws IOException {
    json.writeObjectFieldStart("error");
    members(json, problem, detail);
    json.writeEndObject();
  }

  private static void write(
      JsonGenerator json,
      Problem problem,
      String detail,
      Trace trace,
      List<Fault> faults,
      JsonText.Writing more)
      throws IOException {
    json.writeStartObject();
    members(json, problem, detail);
    json.writeStringField("error", detail);
    json.writeStringField("trace_id", trace.id());
    if (!faults.isEmpty()) {
      json.writeArrayFieldStart("errors");
      for (Fault fault : faults) {
        json.writeStartObject();
        json.writeStringField("pointer", fault.pointer());
        json.writeStringField("detail", fault.detail());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    more.write(json);
    json.writeEndObject();
  }

  private static void members(JsonGenerator json, Problem problem, String detail)
      throws IOException {
    json.writeStringField("type", "urn:sluice:problem:" + problem.slug());
    json.writeStringField("title", problem.title());
    json.writeNumberField("status", problem.status());
    json.writeStringField("detail", detail);
  }

  // After these the shell cannot know where the next request begins, or the caller should go
  // elsewhere.
  private static Response.After after(Problem problem) {
    return switch (problem) {
      case REQUEST_TIMEOUT, PAYLOAD_TOO_LARGE, URI_TOO_LONG, HEADERS_TOO_LARGE, SHUTTING_DOWN ->
          Response.After.CLOSE;
      case BAD_REQUEST,
          INVALID_BODY,
          UNAUTHORIZED,
          FORBIDDEN,
          ADMIN_OFF,
          NOT_FOUND,
          METHOD_NOT_ALLOWED,
          CONFLICT,
          UNSUPPORTED_MEDIA_TYPE,
          EXPECTATION_FAILED,
          UNPROCESSABLE,
          RATE_LIMITED,
          MODEL_FAILED,
          INTERNAL,
          NOT_IMPLEMENTED,
          NOT_READY,
          OVERLOADED,
          STORE_AWAY,
          DEADLINE_EXCEEDED,
          HTTP_VERSION ->
          Response.After.KEEP;
    };
  }
}
