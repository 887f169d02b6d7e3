package dev.sluice.oip;

import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The shape that a request gives to one input.
///
/// @param lengths of the axes, none negative
/// @param elements their product
record Shape(List<Long> lengths, long elements) {
  Shape {
    lengths = List.copyOf(lengths);
  }

  int rank() {
    return lengths.size();
  }

  /// Reads the array of lengths.
  ///
  /// @param longest as many axes as an input can have
  /// @param tooMany what to say of more
  static List<Long> read(JsonCursor json, int longest, Supplier<String> tooMany) throws BadRequest {
    var lengths = new ArrayList<Long>();
    json.open('[');
    json.place().enter();
    while (json.more(']', lengths.size())) {
      json.place().at(lengths.size());
      if (lengths.size() == longest) {
        throw json.malformed(tooMany.get());
      }
      lengths.add(json.count());
    }
    json.place().leave();
    return lengths;
  }

  /// Lengths that fit the port, with a product that fits in a long.
  ///
  /// @param pointer of the shape
  static Shape of(List<Long> lengths, Port port, String pointer) throws BadRequest {
    if (!fits(lengths, port.shape())) {
      throw BadRequest.malformed(
          pointer,
          "input \"%s\" has the shape %s (-1: any length): %s came"
              .formatted(port.name(), port.shape(), lengths));
    }
    return new Shape(lengths, product(lengths, port, pointer));
  }

  /// Whether there is a length for each axis, and the right one where it is fixed.
  static boolean fits(List<Long> lengths, List<Long> axes) {
    boolean fits = lengths.size() == axes.size();
    for (int i = 0; fits && i < lengths.size(); i++) {
      long fixed = axes.get(i);
      fits = fixed == Signature.ANY || fixed == lengths.get(i);
    }
    return fits;
  }

  // Lengths of 0 are left out at first: an empty tensor with other lengths beyond all bounds would
  // overflow further on.
  private static long product(List<Long> lengths, Port port, String pointer) throws BadRequest {
    long product = 1;
    boolean empty = false;
    for (long length : lengths) {
      empty |= length == 0;
      long factor = Math.max(1, length);
      if (Math.multiplyHigh(product, factor) != 0 || product * factor < 0) {
        throw BadRequest.malformed(
            pointer, "input \"%s\" has more elements than can be counted".formatted(port.name()));
      }
      product *= factor;
    }
    return empty ? 0 : product;
  }
}
