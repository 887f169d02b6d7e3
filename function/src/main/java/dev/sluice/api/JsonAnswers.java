package dev.sluice.api;

import java.util.List;

/// What the protocol's readings have in common: JSON that nobody keeps, and a model that is not
/// there. Thread-safe.
record JsonAnswers(JsonText text, Problems problems) {
  private static final List<Field> FIELDS =
      List.of(
          new Field("Content-Type", "application/json"), new Field("Cache-Control", "no-store"));

  Response of(int status, JsonText.Writing writing) {
    return new Response(status, FIELDS, text.write(writing), Response.After.KEEP);
  }

  Response unknownModel(Visit visit) {
    return problems.response(
        Problem.NOT_FOUND,
        "no model of this name is loaded, or not in this version",
        visit.trace());
  }
}
