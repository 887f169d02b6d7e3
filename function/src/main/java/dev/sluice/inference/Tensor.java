package dev.sluice.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Values in row-major order with a shape. Not thread-safe: whoever holds it may move its buffer's
/// position.
public sealed interface Tensor {
  ElementType type();

  /// Lengths of the axes, outermost first; empty for a scalar.
  List<Long> shape();

  /// The same values, with a position in them of its own.
  default Tensor view() {
    return switch (this) {
      case Numbers(ElementType type, List<Long> shape, ByteBuffer data) ->
          new Numbers(type, shape, data.duplicate().order(ByteOrder.nativeOrder()));
      case Strings strings -> strings;
    };
  }

  /// Numbers or booleans in a native-order buffer, from position to limit. A direct buffer reaches
  /// the runtime without a copy.
  record Numbers(ElementType type, List<Long> shape, ByteBuffer data) implements Tensor {
    public Numbers {
      shape = List.copyOf(shape);
      if (type == ElementType.STRING) {
        throw new IllegalArgumentException("strings are not numbers");
      }
      if (data.order() != ByteOrder.nativeOrder()) {
        throw new IllegalArgumentException("buffer must be in native order");
      }
      long expected = Math.multiplyExact(elements(shape), (long) type.bytes());
      if (data.remaining() != expected) {
        throw new IllegalArgumentException(
            "shape " + shape + " needs " + expected + " bytes: " + data.remaining());
      }
    }
  }

  /// Texts; as many as the shape says.
  record Strings(List<Long> shape, List<String> values) implements Tensor {
    public Strings {
      shape = List.copyOf(shape);
      values = List.copyOf(values);
      if (values.size() != elements(shape)) {
        throw new IllegalArgumentException("shape " + shape + " needs other than " + values.size());
      }
    }

    @Override
    public ElementType type() {
      return ElementType.STRING;
    }
  }

  /// Number of elements of a shape; 1 for a scalar.
  ///
  /// @throws ArithmeticException when the product does not fit in a long
  static long elements(List<Long> shape) {
    long product = 1;
    for (long length : shape) {
      product = Math.multiplyExact(product, length);
    }
    return product;
  }
}
