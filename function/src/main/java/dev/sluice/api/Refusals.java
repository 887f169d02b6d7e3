package dev.sluice.api;

import dev.sluice.admission.Admission;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// Writes refusals and sees to it that every answer is counted once.
final class Refusals {
  private final Problems problems;
  private final ApiListener listener;
  private final LongSupplier clock;

  Refusals(Problems problems, ApiListener listener, LongSupplier clock) {
    this.problems = problems;
    this.listener = listener;
    this.clock = clock;
  }

  /// Counts an answer of any kind, and sees to it that it can be traced.
  Response answered(Response response, Visit visit) {
    listener.answered(
        new ApiListener.Answered(
            visit.endpoint(),
            visit.method(),
            response.status(),
            visit.trace(),
            clock.getAsLong() - visit.arrivedNanos()));
    return traced(response, visit.trace());
  }

  private static Response traced(Response response, Trace trace) {
    if (response.fields().stream().anyMatch(field -> field.name().equals(Trace.FIELD))) {
      return response;
    }
    var fields = new ArrayList<>(response.fields());
    fields.add(trace.field());
    return new Response(response.status(), fields, response.body(), response.after());
  }

  Response of(Problem problem, String detail, Visit visit) {
    return of(problem, detail, visit, List.of());
  }

  Response of(Problem problem, String detail, Visit visit, List<Field> more) {
    return answered(quietly(problem, detail, visit, List.of(), more), visit);
  }

  Response of(Admission.Rejected rejected, Visit visit, List<Field> limits) {
    var fields = new ArrayList<>(limits);
    fields.add(Problems.retryAfter(rejected.retryAfter()));
    return of(Predictions.problem(rejected.reason()), detail(rejected), visit, fields);
  }

  private static String detail(Admission.Rejected rejected) {
    return switch (rejected.reason()) {
      case RATE_LIMIT ->
          "the rate limit \"" + rejected.policy().orElse("") + "\" is used up; see Retry-After";
      case OVERLOAD -> "more is waiting than can be answered in time; see Retry-After";
      case SHUTTING_DOWN -> "this instance is shutting down; try another one";
    };
  }

  /// A refusal whose answer somebody else counts.
  Response quietly(
      Problem problem, String detail, Visit visit, List<Problems.Fault> faults, List<Field> more) {
    listener.refused(problem);
    return problems.response(problem, detail, visit.trace(), faults, more);
  }

  /// The same with members of its own.
  Response quietly(Problem problem, String detail, Visit visit, JsonText.Writing members) {
    listener.refused(problem);
    return problems.response(problem, detail, visit.trace(), List.of(), members, List.of());
  }

  /// Refuses a body that is not said to be JSON; somebody else counts the answer.
  Response notJson(Visit visit) {
    return quietly(
        Problem.UNSUPPORTED_MEDIA_TYPE,
        "the body is JSON in UTF-8: send Content-Type: application/json",
        visit,
        List.of(),
        List.of());
  }

  /// The answer to something that broke here; somebody else counts it.
  Response broken(Throwable cause, Visit visit) {
    listener.broken(visit.trace(), cause);
    return quietly(
        Problem.INTERNAL,
        "something broke here; the log has it under this trace id",
        visit,
        List.of(),
        List.of());
  }
}
