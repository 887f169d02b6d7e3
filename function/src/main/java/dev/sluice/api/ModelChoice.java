package dev.sluice.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/// The body of `POST /admin/promote` and `POST /admin/warmup`; may be left out.
///
/// @param model which model; the default model (all of them, for a warm-up) when it is not said
record ModelChoice(Optional<String> model) {
  static final ModelChoice NONE = new ModelChoice(Optional.empty());

  /// Reads the members between the braces; the parser stands on the opening one.
  static ModelChoice read(JsonParser json) throws IOException, BadBody {
    Optional<String> model = Optional.empty();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String member = json.currentName();
      if (!member.equals("model") || json.nextToken() != JsonToken.VALUE_STRING) {
        throw new BadBody("", "known here: model, a string");
      }
      model = Optional.of(json.getText());
    }
    return new ModelChoice(model);
  }
}
