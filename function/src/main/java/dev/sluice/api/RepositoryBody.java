package dev.sluice.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/// The body of a question for the index of models: `{"ready": true}` for those that are. Other
/// members are ignored: the protocol is open.
final class RepositoryBody {
  private RepositoryBody() {}

  /// Reads the object on whose opening the parser stands.
  static boolean readyOnly(JsonParser json) throws IOException, BadBody {
    boolean ready = false;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String member = json.currentName();
      JsonToken value = json.nextToken();
      if (member.equals("ready")) {
        if (!value.isBoolean()) {
          throw new BadBody("/ready", "true or false is expected");
        }
        ready = json.getBooleanValue();
      } else {
        json.skipChildren();
      }
    }
    return ready;
  }
}
