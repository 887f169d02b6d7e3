package dev.sluice.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.control.About;
import dev.sluice.control.Proposal;
import dev.sluice.inference.Version;
import dev.sluice.rollout.Plan;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The body of `POST /admin/rollouts`.
///
/// @param start whether it is to be started at once
/// @param kind whether it is only to be looked at
record RolloutBody(Proposal proposal, After start, Kind kind) {

  /// What follows once it is written.
  enum After {
    START,
    NOTHING
  }

  /// Whether anything is written.
  enum Kind {
    DRY_RUN,
    WRITTEN
  }

  /// What a person may say beside the plan.
  ///
  /// @param by who says it
  record Context(String defaultModel, Duration window, String by, Instant now) {}

  private static final JsonMapper JSON = new JsonMapper();
  private static final int LONGEST = 128;

  /// Reads the whole document; the parser stands on the opening brace.
  static RolloutBody read(JsonParser json, Context context) throws IOException, BadBody {
    JsonNode tree = JSON.readTree(json);
    var faults = new ArrayList<Problems.Fault>();
    RolloutBody body = read(Members.of(tree, faults), context);
    if (!faults.isEmpty()) {
      throw new BadBody(faults);
    }
    return body;
  }

  private static RolloutBody read(Members body, Context context) {
    String model = name(body, "model").orElse(context.defaultModel());
    body.demand("version");
    String version = name(body, "version").orElse("unknown");
    About about = about(body, context);
    Plan plan = PlanBody.read(body, context.window());
    boolean start = body.truth("start").orElse(false);
    boolean dryRun = body.truth("dry_run").orElse(false);
    body.nothingElse();
    return new RolloutBody(
        new Proposal(model, version, plan, about),
        start ? After.START : After.NOTHING,
        dryRun ? Kind.DRY_RUN : Kind.WRITTEN);
  }

  private static Optional<String> name(Members body, String member) {
    Optional<String> name = body.text(member, LONGEST);
    if (name.isPresent() && !Version.isName(name.get())) {
      body.fault(member, "must match [A-Za-z0-9][A-Za-z0-9._-]{0,127}");
      return Optional.empty();
    }
    return name;
  }

  private static About about(Members body, Context context) {
    String name = body.text("name", About.LONGEST_NAME).orElse("");
    if (name.contains("\n")) {
      body.fault("name", "one line is expected");
    }
    String description = body.text("description", About.LONGEST_DESCRIPTION).orElse("");
    var tags = new ArrayList<String>();
    for (Members.Element tag : body.array("tags", About.MOST_TAGS).orElse(List.of())) {
      if (tag.text().filter(About::isTag).isPresent()) {
        tag.text().ifPresent(tags::add);
      } else {
        tag.fault("a tag matches " + About.TAG);
      }
    }
    return new About(name, description, tags, context.by(), context.now());
  }
}
