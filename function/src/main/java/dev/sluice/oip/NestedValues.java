package dev.sluice.oip;

/// Reads values that are nested exactly as their shape, from any axis on. Used by one thread.
record NestedValues(JsonCursor json, Elements elements, RowsReading.By by) {

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
        throw ragged(axis, length, Long.toString(i));
      }
      read(axis + 1);
    }
    json.place().leave();
    if (json.more(']', length)) {
      throw ragged(axis, length, "more");
    }
  }

  private BadRequest ragged(int axis, long length, String came) {
    String name = elements.port().name();
    String right =
        switch (by) {
          case ROWS ->
              elements.shape().rank() == 2
                  ? "a row of input \"%s\" has %d values, as the first row".formatted(name, length)
                  : "a row of input \"%s\" has %d on its axis %d, as the first row"
                      .formatted(name, length, axis - 1);
          case WHOLE_INPUTS ->
              "input \"%s\" has %d on axis %d, as its first array there"
                  .formatted(name, length, axis);
        };
    return json.malformed("%s: %s came".formatted(right, came));
  }
}
