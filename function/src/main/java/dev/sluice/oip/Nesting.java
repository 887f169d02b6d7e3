package dev.sluice.oip;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Finds the shape that a value has by how its arrays are nested: the lengths of the first array
/// at each depth. Whether the others are as long is seen when they are read.
final class Nesting {
  private Nesting() {}

  /// Passes one value, which is checked to be JSON.
  ///
  /// @return from the outermost to the innermost; none for what is no array
  static List<Long> pass(JsonCursor json) throws BadRequest {
    var lengths = new ArrayList<Long>();
    pass(json, lengths);
    Collections.reverse(lengths);
    return lengths;
  }

  // As deep as the cursor allows.
  private static void pass(JsonCursor json, List<Long> inner) throws BadRequest {
    if (json.peek() != '[') {
      json.skip();
      return;
    }
    json.open('[');
    json.place().enter();
    long length = 0;
    for (; json.more(']', length); length++) {
      json.place().at(length);
      if (length == 0) {
        pass(json, inner);
      } else {
        json.skip();
      }
    }
    json.place().leave();
    if (length == 0) {
      throw json.malformed("an empty array has no shape that could be found");
    }
    inner.add(length);
  }
}
