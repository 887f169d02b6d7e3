package dev.sluice.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalLong;

/// The body of what is said to a rollout, or to a model's; may be left out.
///
/// @param model whose; only where the path does not say it
/// @param revision that the person has seen
record VerbBody(Optional<String> model, String reason, OptionalLong revision) {
  static final VerbBody NONE = new VerbBody(Optional.empty(), "", OptionalLong.empty());

  /// What the endpoint's path leaves open.
  enum Scope {
    ROLLOUT,
    MODEL
  }

  private static final JsonMapper JSON = new JsonMapper();
  private static final int LONGEST_REASON = 500;
  private static final int LONGEST_NAME = 128;

  static VerbBody read(JsonParser json, Scope scope) throws IOException, BadBody {
    var faults = new ArrayList<Problems.Fault>();
    Members body = Members.of(JSON.readTree(json), faults);
    Optional<String> model =
        switch (scope) {
          case ROLLOUT -> Optional.empty();
          case MODEL -> body.text("model", LONGEST_NAME);
        };
    String reason = body.text("reason", LONGEST_REASON).orElse("").strip();
    OptionalLong revision =
        switch (scope) {
          case ROLLOUT -> body.whole("revision", 0, Long.MAX_VALUE);
          case MODEL -> OptionalLong.empty();
        };
    body.nothingElse();
    if (!faults.isEmpty()) {
      throw new BadBody(faults);
    }
    return new VerbBody(model, reason, revision);
  }
}
