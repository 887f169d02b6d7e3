package dev.sluice.oip;

import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// Writes the answers to what [RowsReader] reads: `predictions`, one for each instance, or whole
/// `outputs`. A model with one output gives its values alone, others give objects by name.
public final class RowsWriter {
  private static final int USUAL_BYTES = 64;

  private RowsWriter() {}

  /// Writes one answer.
  ///
  /// @param rows how many instances there were; empty where whole inputs were given
  /// @param outputs all of the signature's, in its order; their positions are not moved
  /// @throws IllegalArgumentException when an output is not of its port's type, is BF16, or has not
  ///     one row for each instance
  public static byte[] write(OptionalLong rows, Signature signature, List<Tensor> outputs) {
    var sink = new JsonSink(expectedBytes(outputs));
    var nested = new ArrayList<Nested>();
    for (int i = 0; i < outputs.size(); i++) {
      nested.add(Nested.of(sink, signature.outputs().get(i), outputs.get(i)));
    }
    if (rows.isPresent()) {
      nested.forEach(output -> output.mustHaveRows(rows.getAsLong()));
      sink.plain("{\"predictions\":[");
      for (int i = 0; i < rows.getAsLong(); i++) {
        int row = i;
        sink.plain(row == 0 ? "" : ",");
        each(sink, nested, output -> output.writeRow(row));
      }
      sink.plain("]}");
    } else {
      sink.plain("{\"outputs\":");
      each(sink, nested, Nested::writeAll);
      sink.plain("}");
    }
    return sink.bytes();
  }

  private static long expectedBytes(List<Tensor> outputs) {
    return USUAL_BYTES + outputs.stream().mapToLong(JsonSink::expectedBytes).sum();
  }

  /// One output's values alone, those of others by name.
  private static void each(JsonSink sink, List<Nested> outputs, Consumer<Nested> values) {
    if (outputs.size() == 1) {
      values.accept(outputs.getFirst());
      return;
    }
    String before = "{";
    for (Nested output : outputs) {
      sink.plain(before).string(output.port().name()).plain(":");
      values.accept(output);
      before = ",";
    }
    sink.plain(outputs.isEmpty() ? "{}" : "}");
  }

  /// A tensor on its way into nested arrays.
  ///
  /// @param values the numbers of its own view, so that nobody else's position is moved; empty for
  ///     strings
  private record Nested(JsonSink sink, Port port, Tensor tensor, int elements, ByteBuffer values) {
    static Nested of(JsonSink sink, Port port, Tensor tensor) {
      if (tensor.type() != port.type()) {
        throw new IllegalArgumentException(
            "output %s is %s: %s".formatted(port.name(), port.type(), tensor.type()));
      }
      return switch (tensor) {
        case Tensor.Numbers numbers -> {
          ByteBuffer values = numbers.data().slice().order(numbers.data().order());
          int elements = values.remaining() / numbers.type().bytes();
          yield new Nested(sink, port, tensor, elements, values);
        }
        case Tensor.Strings strings ->
            new Nested(sink, port, tensor, strings.values().size(), ByteBuffer.allocate(0));
      };
    }

    void mustHaveRows(long rows) {
      if (tensor.shape().isEmpty() || tensor.shape().getFirst() != rows) {
        throw new IllegalArgumentException(
            "output %s has the shape %s: rows wanted are %d"
                .formatted(port.name(), tensor.shape(), rows));
      }
    }

    void writeAll() {
      write(0, 0, elements);
    }

    void writeRow(int row) {
      int each = elements / (int) (long) tensor.shape().getFirst();
      write(1, row * each, (row + 1) * each);
    }

    /// The elements from one index up to another, which lie within one index of each axis before
    /// this one.
    private void write(int axis, int from, int to) {
      if (axis == tensor.shape().size()) {
        run(from, to);
        return;
      }
      sink.plain("[");
      if (axis == tensor.shape().size() - 1) {
        run(from, to);
      } else {
        long length = tensor.shape().get(axis);
        int each = length == 0 ? 0 : (int) ((to - from) / length);
        for (int i = 0; i < length; i++) {
          sink.plain(i == 0 ? "" : ",");
          write(axis + 1, from + i * each, from + (i + 1) * each);
        }
      }
      sink.plain("]");
    }

    private void run(int from, int to) {
      switch (tensor) {
        case Tensor.Numbers numbers -> {
          int width = numbers.type().bytes();
          values.limit(to * width).position(from * width);
          sink.values(numbers.type(), values);
        }
        case Tensor.Strings strings -> {
          for (int i = from; i < to; i++) {
            sink.plain(i == from ? "" : ",").string(strings.values().get(i));
          }
        }
      }
    }
  }
}
