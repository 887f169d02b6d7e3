package dev.sluice.docs;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// The two operations of RFC 6902 that the documents use, `test` and `replace`, on members of
/// objects.
final class JsonPatch {
  private JsonPatch() {}

  /// Changes `tree`; throws [IllegalStateException] where the tree is not as the patch expects it.
  static void apply(JsonNode patch, JsonNode tree) {
    for (JsonNode operation : patch) {
      var path = JsonPointer.compile(operation.path("path").asText());
      JsonNode there = tree.at(path);
      if (there.isMissingNode()) {
        throw new IllegalStateException("there is nothing at " + path);
      }
      String name = operation.path("op").asText();
      if (name.equals("test")) {
        if (!there.equals(operation.path("value"))) {
          throw new IllegalStateException(path + " is " + there);
        }
      } else if (name.equals("replace")) {
        ((ObjectNode) tree.at(path.head()))
            .set(path.last().getMatchingProperty(), operation.path("value"));
      } else {
        throw new IllegalStateException("not understood: " + operation);
      }
    }
  }
}
