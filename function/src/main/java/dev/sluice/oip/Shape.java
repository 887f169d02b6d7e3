package dev.sluice.oip;

import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import java.util.ArrayList;
import java.util.List;

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
  /// @param longest more axes than any input has
  static List<Long> read(JsonCursor json, int longest) throws BadRequest {
    var lengths = new ArrayList<Long>();
    json.open('[');
    json.place().enter();
    while (json.more(']', lengths.size())) {
      json.place().at(lengths.size());
      if (lengths.size() == longest) {
        throw json.malformed(
            "no input of this model has more than %d %s"
                .formatted(longest, longest == 1 ? "axis" : "axes"));
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
    boolean fits = lengths.size() == port.shape().size();
    for (int i = 0; fits && i < lengths.size(); i++) {
      long fixed = port.shape().get(i);
      fits = fixed == Signature.ANY || fixed == lengths.get(i);
    }
    if (!fits) {
      throw BadRequest.malformed(
          pointer,
          "input \"%s\" has the shape %s (-1: any length): %s"
              .formatted(port.name(), port.shape(), lengths));
    }
    return new Shape(lengths, product(lengths, port, pointer));
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
