package dev.sluice.api;

import dev.sluice.inference.ModelError;
import dev.sluice.inference.Version;
import dev.sluice.routing.Routed;
import dev.sluice.serving.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Turns what became of a call into a response; all but the body of a served one.
final class Replies {
  private static final String LATE =
      "no answer before the deadline (REQUEST_DEADLINE_MS, Prefer: wait, or the parameter timeout)";

  private final Problems problems;
  private final Callers callers;
  private final Marks marks;
  private final ApiListener listener;

  Replies(Problems problems, Callers callers, Marks marks, ApiListener listener) {
    this.problems = problems;
    this.callers = callers;
    this.marks = marks;
    this.listener = listener;
  }

  /// Writes the body of a served reply.
  interface Body {
    /// The body and what it is.
    ///
    /// @param token by which the caller can say later whether the answer was a good one
    Sheet of(Reply.Served served, Optional<String> token);
  }

  /// A body and the fields that say what it is.
  record Sheet(List<Field> fields, byte[] body) {
    static Sheet json(byte[] body) {
      return new Sheet(List.of(new Field("Content-Type", "application/json")), body);
    }
  }

  Response response(Reply reply, Prediction request, Body body) {
    return switch (reply) {
      case Reply.Served served -> served(served, request, body);
      case Reply.Failed(Version version, ModelError.Kind kind) -> failed(version, kind, request);
      case Reply.Expired expired ->
          refused(Problem.DEADLINE_EXCEEDED, LATE, request, variant(expired.version()));
      case Reply.Busy busy ->
          refused(
              Problem.OVERLOADED,
              "more is waiting than can be answered in time; see Retry-After",
              request,
              List.of(Problems.retryAfter(Duration.ofSeconds(1))));
      case Reply.Unfit(String detail) -> refused(Problem.INVALID_BODY, detail, request, List.of());
      case Reply.NoSuchVariant none ->
          refused(Problem.NOT_FOUND, "this model has no such variant", request, List.of());
      case Reply.NoSuchModel(String model) ->
          refused(Problem.NOT_FOUND, "no model of this name is loaded", request, List.of());
    };
  }

  private Response served(Reply.Served served, Prediction request, Body body) {
    Optional<String> token = marks.token(served);
    Sheet sheet = body.of(served, token);
    var fields = new ArrayList<>(sheet.fields());
    fields.add(request.trace().field());
    fields.add(new Field("Cache-Control", "no-store"));
    fields.addAll(variant(served.version()));
    fields.addAll(request.limits());
    Routed.Route route = served.route();
    route
        .minted()
        .flatMap(id -> callers.remember(id, request.head().headers()))
        .ifPresent(fields::add);
    token.ifPresent(text -> fields.add(new Field(Marks.FIELD, text)));
    return new Response(200, fields, sheet.body(), Response.After.KEEP);
  }

  /// What the runtime refuses counts against the version, but tells the caller that its values are
  /// odd.
  private Response failed(Version version, ModelError.Kind kind, Prediction request) {
    return switch (kind) {
      case INVALID_ARGUMENT ->
          refused(
              Problem.INVALID_BODY, "the model refuses these values", request, variant(version));
      case FAILED ->
          refused(
              Problem.MODEL_FAILED, "the model gave no usable answer", request, variant(version));
      case CANCELLED ->
          refused(
              Problem.DEADLINE_EXCEEDED,
              "the run was ended at the deadline",
              request,
              variant(version));
    };
  }

  /// The deadline passed before a version was chosen.
  Response expired(Prediction request) {
    return refused(Problem.DEADLINE_EXCEEDED, LATE, request, List.of());
  }

  Response refused(Problem problem, String detail, Prediction request, List<Field> more) {
    return refused(problem, detail, request, List.of(), more);
  }

  Response refused(
      Problem problem,
      String detail,
      Prediction request,
      List<Problems.Fault> faults,
      List<Field> more) {
    listener.refused(problem);
    var fields = new ArrayList<>(request.limits());
    fields.addAll(more);
    // The body has been read whole, so the next request begins where it should.
    return problems.response(problem, detail, request.trace(), faults, fields).keeping();
  }

  private static List<Field> variant(Version version) {
    return List.of(new Field("X-Model-Variant", version.name()));
  }
}
