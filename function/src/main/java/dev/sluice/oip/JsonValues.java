package dev.sluice.oip;

import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;

/// Reads one tensor's `data`: its values in row-major order, in one flat array or in arrays nested
/// exactly as the shape. The cursor stands before it and its place is there. Used by one thread.
final class JsonValues {
  private final JsonCursor json;
  private final Elements elements;
  private final Shape shape;

  private JsonValues(JsonCursor json, Elements elements) {
    this.json = json;
    this.elements = elements;
    this.shape = elements.shape();
  }

  static Tensor read(JsonCursor json, Port port, Shape shape, Budget budget, Lent lent)
      throws BadRequest {
    if (json.peek() != '[') {
      throw json.malformed("data must be an array: " + json.found());
    }
    // Of n values, n - 1 commas and two brackets.
    if (shape.elements() > (json.left() - 1) / 2) {
      throw json.malformed(
          "input \"%s\" with the shape %s has %d values: %d came"
              .formatted(port.name(), shape.lengths(), shape.elements(), count(json)));
    }
    Elements elements = Elements.of(json, port, shape, budget, lent);
    new JsonValues(json, elements).all();
    return elements.tensor();
  }

  /// How many values are here, whatever the brackets around them are.
  private static long count(JsonCursor json) throws BadRequest {
    if (json.peek() != '[') {
      json.skip();
      return 1;
    }
    json.open('[');
    long values = 0;
    for (long i = 0; json.more(']', i); i++) {
      values += count(json);
    }
    return values;
  }

  private void all() throws BadRequest {
    if (shape.rank() > 1 && json.peekInside() == '[') {
      nested(0);
    } else {
      run(shape.elements());
    }
  }

  // As deep as the shape, and never deeper than the cursor allows.
  private void nested(int axis) throws BadRequest {
    long length = shape.lengths().get(axis);
    if (axis == shape.rank() - 1) {
      run(length);
      return;
    }
    json.open('[');
    json.place().enter();
    for (long i = 0; i < length; i++) {
      comesOneMore(i, length);
      nested(axis + 1);
    }
    comesNoMore(length);
  }

  private void run(long length) throws BadRequest {
    json.open('[');
    json.place().enter();
    for (long i = 0; i < length; i++) {
      comesOneMore(i, length);
      elements.read();
    }
    comesNoMore(length);
  }

  private void comesOneMore(long index, long length) throws BadRequest {
    json.place().at(index);
    if (!json.more(']', index)) {
      json.place().leave();
      throw wrongLength(length, Long.toString(index));
    }
  }

  private void comesNoMore(long length) throws BadRequest {
    json.place().leave();
    if (json.more(']', length)) {
      throw wrongLength(length, "more");
    }
  }

  private BadRequest wrongLength(long length, String came) {
    return json.malformed(
        "input \"%s\" with the shape %s has %d %s here, in one flat array or nested as the shape: %s came"
            .formatted(
                elements.port().name(),
                shape.lengths(),
                length,
                length == 1 ? "value" : "values",
                came));
  }
}
