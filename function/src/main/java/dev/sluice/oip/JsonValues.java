package dev.sluice.oip;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Reads one tensor's `data`: its values in row-major order, in one flat array or in arrays nested
/// exactly as the shape. The cursor stands before it and its place is there. Used by one thread.
final class JsonValues {
  private static final int NO_STRINGS = 0;
  private static final List<String> NOT_FINITE = List.of("NaN", "Infinity", "-Infinity");

  private final JsonCursor json;
  private final Port port;
  private final Shape shape;
  private final ByteBuffer numbers;
  private final List<String> strings;
  private final Budget budget;
  private int next;

  private JsonValues(
      JsonCursor json, Port port, Shape shape, ByteBuffer numbers, int strings, Budget budget) {
    this.json = json;
    this.port = port;
    this.shape = shape;
    this.numbers = numbers;
    this.strings = new ArrayList<>(strings);
    this.budget = budget;
  }

  static Tensor read(JsonCursor json, Port port, Shape shape, Budget budget, Lent lent)
      throws BadRequest {
    if (json.peek() != '[') {
      throw json.malformed("data must be an array: " + json.found());
    }
    // Of n values, n - 1 commas and two brackets.
    if (shape.elements() > (json.left() - 1) / 2) {
      throw json.malformed(
          "input \"%s\" with the shape %s needs %d values, more than there can be here"
              .formatted(port.name(), shape.lengths(), shape.elements()));
    }
    String pointer = json.place().pointer();
    return switch (port.type()) {
      case BFLOAT16 ->
          throw json.malformed(
              "input \"%s\" is BF16, which has no JSON form: send it in binary"
                  .formatted(port.name()));
      case STRING -> {
        int count = budget.strings(shape.elements(), port.name(), pointer);
        var values = new JsonValues(json, port, shape, ByteBuffer.allocate(0), count, budget);
        values.all();
        yield new Tensor.Strings(shape.lengths(), values.strings);
      }
      case BOOL,
          UINT8,
          UINT16,
          UINT32,
          UINT64,
          INT8,
          INT16,
          INT32,
          INT64,
          FLOAT16,
          FLOAT,
          DOUBLE -> {
        int bytes = budget.numbers(shape.elements(), port.type().bytes(), port.name(), pointer);
        ByteBuffer buffer = lent.take(bytes);
        new JsonValues(json, port, shape, buffer, NO_STRINGS, budget).all();
        yield new Tensor.Numbers(port.type(), shape.lengths(), buffer);
      }
    };
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
      element(port.type());
      next++;
    }
    comesNoMore(length);
  }

  private void comesOneMore(long index, long length) throws BadRequest {
    json.place().at(index);
    if (!json.more(']', index)) {
      json.place().leave();
      throw wrongLength(length, "fewer");
    }
  }

  private void comesNoMore(long length) throws BadRequest {
    json.place().leave();
    if (json.more(']', length)) {
      throw wrongLength(length, "more");
    }
  }

  private BadRequest wrongLength(long length, String than) {
    return json.malformed(
        "input \"%s\" with the shape %s has %d here, in one flat array or nested as the shape: %s came"
            .formatted(port.name(), shape.lengths(), length, than));
  }

  private void element(ElementType type) throws BadRequest {
    byte first = json.peek();
    int here = json.here();
    boolean fits =
        switch (type) {
          case BOOL -> bool();
          case UINT8, UINT16, UINT32, UINT64 ->
              json.passesWhole() && json.whole().fitsUnsigned(8 * type.bytes()) && put(type);
          case INT8, INT16, INT32, INT64 ->
              json.passesWhole() && json.whole().fitsSigned(8 * type.bytes()) && put(type);
          case FLOAT16, FLOAT, DOUBLE -> first == '"' ? named(type) : real(type);
          case STRING -> first == '"' && string();
          case BFLOAT16 -> false;
        };
    if (!fits) {
      json.back(here);
      throw json.malformed(
          "input \"%s\" (%s) must be %s: %s"
              .formatted(port.name(), Datatype.of(type), Datatype.inJson(type), json.found()));
    }
  }

  private boolean bool() {
    boolean yes = json.passes("true");
    numbers.put(next, (byte) (yes ? 1 : 0));
    return yes || json.passes("false");
  }

  private boolean put(ElementType type) {
    long bits = json.whole().bits();
    switch (type.bytes()) {
      case 1 -> numbers.put(next, (byte) bits);
      case 2 -> numbers.putShort(2 * next, (short) bits);
      case 4 -> numbers.putInt(4 * next, (int) bits);
      default -> numbers.putLong(8 * next, bits);
    }
    return true;
  }

  private boolean named(ElementType type) throws BadRequest {
    return switch (json.word(NOT_FINITE)) {
      case "NaN" -> put(type, Double.NaN);
      case "Infinity" -> put(type, Double.POSITIVE_INFINITY);
      case "-Infinity" -> put(type, Double.NEGATIVE_INFINITY);
      default -> false;
    };
  }

  private boolean real(ElementType type) {
    if (!json.passesDecimal()) {
      return false;
    }
    double value =
        switch (type) {
          case FLOAT16 -> json.decimal().toHalf();
          case FLOAT -> json.decimal().toFloat();
          default -> json.decimal().toDouble();
        };
    return Double.isFinite(value) && put(type, value);
  }

  // A half or a float that became a double becomes itself again.
  private boolean put(ElementType type, double value) {
    switch (type) {
      case FLOAT16 -> numbers.putShort(2 * next, Float.floatToFloat16((float) value));
      case FLOAT -> numbers.putFloat(4 * next, (float) value);
      default -> numbers.putDouble(8 * next, value);
    }
    return true;
  }

  private boolean string() throws BadRequest {
    json.passText();
    if (!budget.text(json.text().bytes())) {
      throw budget.tooManyBytes(port.name(), json.place().pointer());
    }
    strings.add(json.text().value());
    return true;
  }
}
