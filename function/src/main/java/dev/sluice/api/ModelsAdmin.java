package dev.sluice.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.api.Admin.Result;
import dev.sluice.api.Models.Answered;
import dev.sluice.api.Models.Name;
import dev.sluice.api.Models.Shown;
import dev.sluice.serving.Check;
import dev.sluice.serving.VersionHealth;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/// Answers what concerns the versions of this instance: the list of them, trying, loading and
/// unloading one.
final class ModelsAdmin {
  private final Models models;
  private final StrictJson json;
  private final JsonText text;

  ModelsAdmin(Models models, StrictJson json, JsonText text) {
    this.models = models;
    this.json = json;
    this.text = text;
  }

  Result list() {
    return new Result.Done(text.write(out -> write(out, models.list())));
  }

  Result validate(byte[] body) throws BadBody {
    VersionChoice choice = json.read(body, VersionChoice::candidate);
    return result(models.validate(choice.candidate(), choice.like()), ExaminedJson::write);
  }

  Result load(byte[] body) throws BadBody {
    VersionChoice choice = json.read(body, VersionChoice::version);
    return result(
        models.load(choice.name()),
        (out, shown) -> {
          out.writeStartObject();
          out.writeStringField("model", shown.health().model());
          out.writeStringField("version", shown.health().version());
          members(out, shown);
          out.writeEndObject();
        });
  }

  Result unload(byte[] body) throws BadBody {
    VersionChoice choice = json.read(body, VersionChoice::version);
    return result(
        models.unload(choice.name()),
        (out, gone) -> {
          out.writeStartObject();
          out.writeObjectFieldStart("unloaded");
          name(out, gone);
          out.writeEndObject();
          out.writeEndObject();
        });
  }

  /// What writes a value.
  private interface Writing<T> {
    void write(JsonGenerator out, T value) throws IOException;
  }

  private <T> Result result(Answered<T> answered, Writing<T> writing) {
    return switch (answered) {
      case Answered.Done<T>(T value) ->
          new Result.Done(text.write(out -> writing.write(out, value)));
      case Answered.Refused<T>(Models.Why why, String detail) ->
          new Result.Refused(problem(why), detail);
    };
  }

  static Problem problem(Models.Why why) {
    return switch (why) {
      case UNKNOWN -> Problem.NOT_FOUND;
      case CONFLICT -> Problem.CONFLICT;
      case BUSY -> Problem.OVERLOADED;
      case UNFIT -> Problem.UNPROCESSABLE;
    };
  }

  private static void write(JsonGenerator out, Models.Listing listing) throws IOException {
    var byModel = new TreeMap<String, Map<String, Shown>>();
    for (Shown shown : listing.versions()) {
      byModel
          .computeIfAbsent(shown.health().model(), model -> new TreeMap<>())
          .put(shown.health().version(), shown);
    }
    out.writeStartObject();
    out.writeObjectFieldStart("models");
    for (Map.Entry<String, Map<String, Shown>> model : byModel.entrySet()) {
      out.writeObjectFieldStart(model.getKey());
      for (Map.Entry<String, Shown> version : model.getValue().entrySet()) {
        out.writeObjectFieldStart(version.getKey());
        members(out, version.getValue());
        out.writeEndObject();
      }
      out.writeEndObject();
    }
    out.writeEndObject();
    out.writeArrayFieldStart("available");
    for (Name name : listing.available()) {
      out.writeStartObject();
      name(out, name);
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void name(JsonGenerator out, Name name) throws IOException {
    out.writeStringField("model", name.model());
    out.writeStringField("version", name.version());
  }

  private static void members(JsonGenerator out, Shown shown) throws IOException {
    VersionHealth health = shown.health();
    out.writeStringField("state", health.state().label());
    if (health.digest().isPresent()) {
      out.writeStringField("sha256", health.digest().get());
    }
    if (shown.contents().isPresent()) {
      Models.Contents contents = shown.contents().get();
      out.writeNumberField("file_bytes", contents.fileBytes());
      out.writeStringField("task", contents.task());
      ExaminedJson.write(out, contents.signature());
    }
    out.writeArrayFieldStart("checks");
    for (Check check : health.checks()) {
      out.writeStartObject();
      out.writeStringField("name", check.subject().label());
      out.writeStringField("status", check.status().label());
      out.writeStringField("message", check.message());
      if (check.valueMillis().isPresent()) {
        out.writeNumberField("value_ms", thousandths(check.valueMillis().getAsDouble()));
      }
      out.writeNumberField("duration_ms", thousandths(check.took().toNanos() / 1e6));
      out.writeNumberField("interval_s", check.interval().toSeconds());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static double thousandths(double millis) {
    return Math.round(millis * 1e3) / 1e3;
  }
}
