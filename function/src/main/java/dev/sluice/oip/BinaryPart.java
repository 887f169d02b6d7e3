package dev.sluice.oip;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The bytes after the JSON: tensors one after another, little-endian, unaligned. Used by one
/// thread.
final class BinaryPart {
  private static final int LENGTH_BYTES = Integer.BYTES;

  private final byte[] bytes;
  private final int end;
  private int at;

  BinaryPart(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  int left() {
    return end - at;
  }

  /// The next tensor, of `size` bytes.
  ///
  /// @param pointer of the input
  Tensor tensor(Port port, Shape shape, long size, String pointer, Budget budget, Lent lent)
      throws BadRequest {
    if (size > left()) {
      throw BadRequest.malformed(
          pointer,
          "input \"%s\" has a binary_data_size of %d; bytes that are left after the JSON: %d"
              .formatted(port.name(), size, left()));
    }
    Tensor tensor =
        port.type() == ElementType.STRING
            ? strings(port, shape, (int) size, pointer, budget)
            : numbers(port, shape, (int) size, pointer, budget, lent);
    at += (int) size;
    return tensor;
  }

  private Tensor numbers(Port port, Shape shape, int size, String pointer, Budget budget, Lent lent)
      throws BadRequest {
    int width = port.type().bytes();
    if (size % width != 0 || size / width != shape.elements()) {
      throw BadRequest.malformed(
          pointer,
          "input \"%s\" (%s) with the shape %s does not have %d bytes: it has %d elements of %d"
              .formatted(
                  port.name(),
                  Datatype.of(port.type()),
                  shape.lengths(),
                  size,
                  shape.elements(),
                  width));
    }
    if (port.type() == ElementType.BOOL) {
      mustBeBooleans(port, size, pointer);
    }
    ByteBuffer buffer = lent.take(budget.numbers(shape.elements(), width, port.name(), pointer));
    copy(bytes, at, size, width, buffer);
    return new Tensor.Numbers(port.type(), shape.lengths(), buffer);
  }

  private void mustBeBooleans(Port port, int size, String pointer) throws BadRequest {
    for (int i = 0; i < size; i++) {
      if ((bytes[at + i] & 0xFE) != 0) {
        throw BadRequest.malformed(
            pointer,
            "input \"%s\" (BOOL) has bytes 0 and 1: element %d is %d"
                .formatted(port.name(), i, bytes[at + i] & 0xFF));
      }
    }
  }

  /// From little-endian to the order of the buffer.
  static void copy(byte[] from, int at, int size, int width, ByteBuffer to) {
    if (width == 1 || to.order() == ByteOrder.LITTLE_ENDIAN) {
      to.put(0, from, at, size);
      return;
    }
    ByteBuffer little = ByteBuffer.wrap(from).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i += width) {
      switch (width) {
        case Short.BYTES -> to.putShort(i, little.getShort(at + i));
        case Integer.BYTES -> to.putInt(i, little.getInt(at + i));
        default -> to.putLong(i, little.getLong(at + i));
      }
    }
  }

  private Tensor strings(Port port, Shape shape, int size, String pointer, Budget budget)
      throws BadRequest {
    if (shape.elements() > size / LENGTH_BYTES) {
      throw wrongCount(port, shape, size, pointer);
    }
    var values = new ArrayList<String>(budget.strings(shape.elements(), port.name(), pointer));
    int to = at + size;
    int i = at;
    while (i < to && values.size() < shape.elements()) {
      int length = length(i, to);
      if (length < 0) {
        throw BadRequest.malformed(
            pointer,
            "input \"%s\" (BYTES) ends within element %d: each has a length of 4 bytes, then as many bytes"
                .formatted(port.name(), values.size()));
      }
      values.add(text(port, i + LENGTH_BYTES, length, values, pointer, budget));
      i += LENGTH_BYTES + length;
    }
    if (i < to || values.size() < shape.elements()) {
      throw wrongCount(port, shape, size, pointer);
    }
    return new Tensor.Strings(shape.lengths(), values);
  }

  /// The unsigned length at `i`; -1 where it, or as many bytes after it, pass the end.
  private int length(int i, int to) {
    if (to - i < LENGTH_BYTES) {
      return -1;
    }
    long length =
        (bytes[i] & 0xFFL)
            | (bytes[i + 1] & 0xFFL) << 8
            | (bytes[i + 2] & 0xFFL) << 16
            | (bytes[i + 3] & 0xFFL) << 24;
    return length > to - i - LENGTH_BYTES ? -1 : (int) length;
  }

  private String text(
      Port port, int from, int length, List<String> before, String pointer, Budget budget)
      throws BadRequest {
    if (!Utf8.wellFormed(bytes, from, from + length)) {
      throw BadRequest.malformed(
          pointer,
          "input \"%s\" (BYTES) takes UTF-8 only: element %d is not"
              .formatted(port.name(), before.size()));
    }
    if (!budget.text(length)) {
      throw budget.tooManyBytes(port.name(), pointer);
    }
    return new String(bytes, from, length, StandardCharsets.UTF_8);
  }

  private static BadRequest wrongCount(Port port, Shape shape, int size, String pointer) {
    return BadRequest.malformed(
        pointer,
        "input \"%s\" (BYTES) with the shape %s has %d strings; its %d bytes hold another number"
            .formatted(port.name(), shape.lengths(), shape.elements(), size));
  }

  /// How many strings fill the rest exactly.
  ///
  /// @throws BadRequest when they do not
  long countStrings(Port port) throws BadRequest {
    long count = 0;
    for (int i = at; i < end; count++) {
      int length = length(i, end);
      if (length < 0) {
        throw BadRequest.malformed(
            "", "the body ends within element %d of input \"%s\"".formatted(count, port.name()));
      }
      i += LENGTH_BYTES + length;
    }
    return count;
  }
}
