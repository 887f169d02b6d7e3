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
    return problems.response(Problem.NOT_FOUND, unknown(visit), visit.trace());
  }

  /// That what a path names is not there, and where to look for what is.
  static String unknown(Visit visit) {
    String model = "model \"" + visit.find("model").orElse("") + "\"";
    String what =
        visit.find("version").map(name -> "version \"" + name + "\" of " + model).orElse(model);
    return what + " is not loaded; POST /v2/repository/index lists what is";
  }
}
