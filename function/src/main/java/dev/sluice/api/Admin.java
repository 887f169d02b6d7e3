package dev.sluice.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.batching.BatchPolicy;
import dev.sluice.batching.Batching;
import dev.sluice.batching.CostCurve;
import dev.sluice.control.Commands;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Ruling;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.control.Verb;
import dev.sluice.inference.ModelError;
import dev.sluice.rollout.Command;
import dev.sluice.routing.CanaryTraffic;
import dev.sluice.routing.Routes;
import dev.sluice.routing.Shadow;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import dev.sluice.routing.Weighted;
import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.Serving;
import dev.sluice.serving.WarmUp;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/// Answers the admin API: what serves whom, and changes to it. Every change is one step: a request
/// sees the routes before it or after it, never between.
final class Admin {
  private final String defaultModel;
  private final Serving serving;
  private final Commands commands;
  private final WarmUp warmUp;
  private final StrictJson json;
  private final JsonText text;

  Admin(
      String defaultModel,
      Serving serving,
      Commands commands,
      WarmUp warmUp,
      StrictJson json,
      JsonText text) {
    this.defaultModel = defaultModel;
    this.serving = serving;
    this.commands = commands;
    this.warmUp = warmUp;
    this.json = json;
    this.text = text;
  }

  /// What an admin request comes to.
  sealed interface Result {
    record Done(byte[] body) implements Result {}

    record Refused(Problem problem, String detail) implements Result {}

    /// It was for the record of rollouts and splits to decide.
    record Ruled(Ruling ruling) implements Result {}
  }

  Result config() throws StoreUnavailable {
    long revision = commands.store().settings().revision();
    return new Result.Done(text.write(out -> write(out, serving.routes(), revision)));
  }

  Result change(byte[] body) throws BadBody, StoreUnavailable {
    ConfigChange change = json.read(body, ConfigChange::read);
    String model = change.model().orElse(defaultModel);
    Optional<Split> split = commands.store().settings().split(model);
    if (split.isPresent()) {
      // Told here, with the place in the body; below it can fail only by a race.
      change.applied(split.get());
    }
    return new Result.Ruled(commands.standing().settle(model, now -> applied(change, now)));
  }

  private static Optional<Split> applied(ConfigChange change, Split split) {
    try {
      return Optional.of(change.applied(split));
    } catch (BadBody outdated) {
      return Optional.empty();
    }
  }

  /// While a rollout is active on the model its canary is promoted, else the standing one.
  Result promote(byte[] body, Person person, Instant now) throws BadBody, StoreUnavailable {
    VerbBody said =
        body.length == 0
            ? VerbBody.NONE
            : json.read(body, parser -> VerbBody.read(parser, VerbBody.Scope.MODEL));
    String model = said.model().orElse(defaultModel);
    Optional<RolloutRecord> active = commands.standing().active(model);
    if (active.isEmpty()) {
      return new Result.Ruled(commands.standing().promote(model, said.reason()));
    }
    Command command = Verb.PROMOTE.by(person.name(), said.reason());
    return new Result.Ruled(
        commands.obey(
            new Commands.Order(active.get().id(), command, OptionalLong.empty(), Optional.empty()),
            now));
  }

  Result warmUp(byte[] body) throws BadBody {
    ModelChoice choice = body.length == 0 ? ModelChoice.NONE : json.read(body, ModelChoice::read);
    if (choice.model().filter(model -> !serving.versions().containsKey(model)).isPresent()) {
      return new Result.Refused(Problem.NOT_FOUND, "no model of this name is loaded");
    }
    var curves = new TreeMap<String, CostCurve>();
    for (Map<String, LiveVersion> versions : serving.versions().values()) {
      for (LiveVersion version : versions.values()) {
        String model = version.loaded().version().model();
        if (choice.model().map(model::equals).orElse(true)) {
          try {
            curves.put(version.loaded().version().toString(), warmUp.measure(version.loaded()));
          } catch (ModelError fails) {
            return new Result.Refused(
                Problem.MODEL_FAILED, version.loaded().version() + " fails on made-up input");
          }
        }
      }
    }
    return new Result.Done(
        text.write(
            out -> {
              out.writeStartObject();
              out.writeObjectFieldStart("warmed");
              for (Map.Entry<String, CostCurve> curve : curves.entrySet()) {
                out.writeFieldName(curve.getKey());
                curve(out, curve.getValue());
              }
              out.writeEndObject();
              out.writeEndObject();
            }));
  }

  private void write(JsonGenerator out, Routes routes, long revision) throws IOException {
    out.writeStartObject();
    out.writeNumberField("revision", revision);
    Optional<Split> standing = routes.split(defaultModel);
    if (standing.isPresent()) {
      out.writeStringField("model", defaultModel);
      out.writeNumberField("ab_weight_a", fraction(standing.get().share("A")));
      out.writeNumberField("ab_weight_b", fraction(standing.get().share("B")));
      members(out, standing.get());
    }
    out.writeObjectFieldStart("models");
    for (Map.Entry<String, Split> model : new TreeMap<>(routes.splits()).entrySet()) {
      out.writeObjectFieldStart(model.getKey());
      out.writeStringField("stable", model.getValue().stable());
      if (model.getValue().canary().isPresent()) {
        out.writeStringField("canary", model.getValue().canary().get());
      }
      out.writeObjectFieldStart("weights");
      for (Weighted weighted : model.getValue().versions()) {
        out.writeNumberField(weighted.version(), fraction(weighted.share()));
      }
      out.writeEndObject();
      members(out, model.getValue());
      out.writeObjectFieldStart("versions");
      var versions = serving.versions().getOrDefault(model.getKey(), Map.of());
      for (LiveVersion version : new TreeMap<>(versions).values()) {
        version(out, version);
      }
      out.writeEndObject();
      out.writeEndObject();
    }
    out.writeEndObject();
    out.writeEndObject();
  }

  private static void members(JsonGenerator out, Split split) throws IOException {
    out.writeBooleanField("canary_enabled", split.canaryTraffic() == CanaryTraffic.ENABLED);
    Share sample =
        switch (split.shadow()) {
          case Shadow.Off off -> Share.NONE;
          case Shadow.Sample(Share share) -> share;
        };
    out.writeBooleanField("shadow_enabled", split.shadow() instanceof Shadow.Sample);
    out.writeNumberField("shadow_sample", fraction(sample));
    out.writeStringField("routing_strategy", split.strategy().text());
  }

  private static double fraction(Share share) {
    return share.fraction();
  }

  private static void version(JsonGenerator out, LiveVersion live) throws IOException {
    BatchPolicy policy = live.batcher().policy();
    out.writeObjectFieldStart(live.loaded().version().name());
    out.writeStringField("sha256", live.loaded().version().digest());
    out.writeNumberField("file_bytes", live.loaded().fileBytes());
    out.writeObjectFieldStart("batching");
    switch (policy.batching()) {
      case Batching.On on -> {
        out.writeBooleanField("on", true);
        out.writeNumberField("max_rows", on.ceiling());
        out.writeNumberField("gain", rounded(on.gain()));
      }
      case Batching.Off off -> {
        out.writeBooleanField("on", false);
        out.writeNumberField("max_rows", 1);
        out.writeNumberField("gain", rounded(off.gain()));
        out.writeStringField("why", why(off.why()));
      }
    }
    out.writeNumberField("queue_rows", live.batcher().queuedRows());
    out.writeNumberField("queue_bound_rows", live.batcher().boundRows());
    out.writeEndObject();
    out.writeFieldName("measured");
    curve(out, policy.curve());
    out.writeEndObject();
  }

  private static String why(Batching.Why why) {
    return switch (why) {
      case NO_GAIN -> "more rows in a run bring less than a fifth more rows a second";
      case ONE_ROW_ONLY -> "the model takes one row a run";
      case TOO_SLOW -> "one row already takes a quarter of the deadline";
      case LARGER_RUN_FAILED -> "the model failed on more than one row";
      case SET_TO_ONE -> "BATCH_MAX_SIZE is 1";
    };
  }

  private static void curve(JsonGenerator out, CostCurve curve) throws IOException {
    List<CostCurve.Point> points = curve.measured();
    out.writeStartArray();
    for (CostCurve.Point point : points) {
      out.writeStartObject();
      out.writeNumberField("rows", point.rows());
      out.writeNumberField("run_ms", rounded(point.nanos() / 1e6));
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static double rounded(double value) {
    return Math.round(value * 10_000) / 10_000.0;
  }
}
