package dev.sluice.oip;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Takes the elements of one tensor from JSON, one after another, whatever the brackets around them
/// are. Used by one thread.
final class Elements {
  private static final ByteBuffer NO_NUMBERS = ByteBuffer.allocate(0);
  private static final int NO_STRINGS = 0;
  private static final List<String> NOT_FINITE = List.of("NaN", "Infinity", "-Infinity");

  private final JsonCursor json;
  private final Port port;
  private final Shape shape;
  private final ByteBuffer numbers;
  private final List<String> strings;
  private final Budget budget;
  private int next;

  private Elements(
      JsonCursor json, Port port, Shape shape, ByteBuffer numbers, int strings, Budget budget) {
    this.json = json;
    this.port = port;
    this.shape = shape;
    this.numbers = numbers;
    this.strings = new ArrayList<>(strings);
    this.budget = budget;
  }

  /// Takes the room for all of them.
  static Elements of(JsonCursor json, Port port, Shape shape, Budget budget, Lent lent)
      throws BadRequest {
    String pointer = json.place().pointer();
    return switch (port.type()) {
      case BFLOAT16 ->
          throw json.malformed(
              "input \"%s\" is BF16, which has no JSON form: send it in binary"
                  .formatted(port.name()));
      case STRING -> {
        int count = budget.strings(shape.elements(), port.name(), pointer);
        yield new Elements(json, port, shape, NO_NUMBERS, count, budget);
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
        yield new Elements(json, port, shape, lent.take(bytes), NO_STRINGS, budget);
      }
    };
  }

  Port port() {
    return port;
  }

  Shape shape() {
    return shape;
  }

  /// Once all of them were read.
  Tensor tensor() {
    return port.type() == ElementType.STRING
        ? new Tensor.Strings(shape.lengths(), strings)
        : new Tensor.Numbers(port.type(), shape.lengths(), numbers);
  }

  /// Reads the next one.
  void read() throws BadRequest {
    ElementType type = port.type();
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
    next++;
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
