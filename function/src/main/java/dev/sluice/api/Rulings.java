package dev.sluice.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Ruling;
import dev.sluice.control.Settings;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.control.Verb;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Answers what became of something that a person asked for: what was refused in the same way
/// everywhere.
final class Rulings {
  private static final Duration AWAY = Duration.ofSeconds(5);

  private final Refusals refusals;

  Rulings(Refusals refusals) {
    this.refusals = refusals;
  }

  /// Shows what was done.
  interface Showing {
    Response of(Ruling.Done done) throws StoreUnavailable;
  }

  /// Of something that changes a rollout and nothing else.
  Response answer(Ruling ruling, Visit visit, Showing done) throws StoreUnavailable {
    return answer(
        ruling, visit, done, settings -> refused(new Ruling.Unknown("no rollout"), visit));
  }

  /// Shows standing splits.
  interface Settling {
    Response of(Settings settings) throws StoreUnavailable;
  }

  Response answer(Ruling ruling, Visit visit, Showing done, Settling settled)
      throws StoreUnavailable {
    return switch (ruling) {
      case Ruling.Done found -> done.of(found);
      case Ruling.Settled(Settings settings) -> settled.of(settings);
      case Ruling.Deleted deleted ->
          new Response(
              204,
              List.of(new Field("Cache-Control", "no-store")),
              new byte[0],
              Response.After.KEEP);
      case Ruling.Unknown unknown -> refused(unknown, visit);
      case Ruling.Conflict conflict -> refused(conflict, visit);
      case Ruling.Invalid(String pointer, String reason) ->
          refusals.quietly(
              Problem.INVALID_BODY,
              reason,
              visit,
              List.of(new Problems.Fault(pointer, reason)),
              List.of());
      case Ruling.KeyReused reused ->
          refusals.quietly(
              Problem.UNPROCESSABLE,
              "this Idempotency-Key was used for another request; take a new one",
              visit,
              List.of(),
              List.of());
    };
  }

  Response refused(Ruling.Unknown unknown, Visit visit) {
    return refusals.quietly(Problem.NOT_FOUND, unknown.what(), visit, List.of(), List.of());
  }

  /// With what is in the way, and what may be said to it.
  private Response refused(Ruling.Conflict conflict, Visit visit) {
    return refusals.quietly(
        Problem.CONFLICT,
        conflict.reason(),
        visit,
        json -> {
          if (conflict.current().isPresent()) {
            current(json, conflict.current().get(), conflict.possible());
          }
        });
  }

  private static void current(JsonGenerator json, RolloutRecord record, List<Verb> possible)
      throws IOException {
    json.writeStringField("rollout", record.id().value());
    json.writeNumberField("revision", record.revision());
    json.writeStringField("state", record.rollout().state().word());
    json.writeArrayFieldStart("possible");
    for (Verb verb : possible) {
      json.writeString(verb.word());
    }
    json.writeEndArray();
  }

  /// Nothing was written, and nothing can be read.
  Response away(Visit visit) {
    return refusals.quietly(
        Problem.STORE_AWAY,
        "the store is away; predictions go on",
        visit,
        List.of(),
        List.of(Problems.retryAfter(AWAY)));
  }
}
