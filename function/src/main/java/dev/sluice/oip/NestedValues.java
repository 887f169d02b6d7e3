package dev.sluice.oip;

/// Reads values that are nested exactly as their shape, from any axis on. Used by one thread.
record NestedValues(JsonCursor json, Elements elements) {

  /// Reads what lies within one index of the axes before this one: all of it for 0, a row for 1.
  void read(int axis) throws BadRequest {
    if (axis == elements.shape().rank()) {
      json.peek();
      elements.read();
      return;
    }
    long length = elements.shape().lengths().get(axis);
    json.open('[');
    json.place().enter();
    for (long i = 0; i < length; i++) {
      json.place().at(i);
      if (!json.more(']', i)) {
        json.place().leave();
        throw ragged(axis, length, "fewer");
      }
      read(axis + 1);
    }
    json.place().leave();
    if (json.more(']', length)) {
      throw ragged(axis, length, "more");
    }
  }

  private BadRequest ragged(int axis, long length, String than) {
    return json.malformed(
        "input \"%s\" has %d on axis %d, as its first array there: %s came"
            .formatted(elements.port().name(), length, axis, than));
  }
}
