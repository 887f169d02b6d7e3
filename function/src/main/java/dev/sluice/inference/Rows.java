package dev.sluice.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Puts the rows of several inputs into one, and takes the outputs apart again. A row is what one
/// place on the first axis holds.
public final class Rows {
  private Rows() {}

  /// One input with the rows of all, in their order. Closing it gives back the memory of the copy
  /// and leaves the parts alone; the rows of a single input are not copied at all.
  ///
  /// @throws IllegalArgumentException when the inputs differ in more than their rows
  public static Input joined(List<Input> parts, Buffers buffers) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("nothing to join");
    }
    Input first = parts.getFirst();
    if (parts.size() == 1) {
      return new Input(first.tensors(), first.rows(), () -> {});
    }
    List<ByteBuffer> taken = new ArrayList<>();
    Runnable release = () -> taken.forEach(buffers::give);
    try {
      List<Tensor> tensors = new ArrayList<>();
      int rows = parts.stream().mapToInt(Input::rows).reduce(0, Math::addExact);
      for (int column = 0; column < first.tensors().size(); column++) {
        tensors.add(joinedColumn(parts, column, rows, buffers, taken));
      }
      return new Input(tensors, rows, release);
    } catch (RuntimeException unequal) {
      release.run();
      throw unequal;
    }
  }

  /// The outputs of a joined run, each part's own: views, not copies. The outputs of a single part
  /// are its outputs, whatever their shape.
  ///
  /// @param rows of each part, in the order in which they were joined
  /// @throws IllegalArgumentException when an output has other rows than its input
  public static List<List<Tensor>> split(List<Tensor> outputs, List<Integer> rows) {
    if (rows.size() == 1) {
      return List.of(List.copyOf(outputs));
    }
    long sum = rows.stream().mapToLong(Integer::longValue).sum();
    for (Tensor output : outputs) {
      if (output.shape().isEmpty() || output.shape().getFirst() != sum) {
        throw new IllegalArgumentException("output for " + sum + " rows is " + output.shape());
      }
    }
    List<List<Tensor>> parts = new ArrayList<>(rows.size());
    int from = 0;
    for (int length : rows) {
      List<Tensor> part = new ArrayList<>(outputs.size());
      for (Tensor output : outputs) {
        part.add(slice(output, from, length));
      }
      parts.add(List.copyOf(part));
      from += length;
    }
    return List.copyOf(parts);
  }

  /// Some neighbouring rows of a tensor: a view of the same memory.
  ///
  /// @throws IllegalArgumentException when the tensor does not have these rows
  public static Tensor slice(Tensor whole, int fromRow, int rows) {
    long all = whole.shape().isEmpty() ? 0 : whole.shape().getFirst();
    if (fromRow < 0 || rows < 1 || (long) fromRow + rows > all) {
      throw new IllegalArgumentException(
          "no rows " + fromRow + " to " + ((long) fromRow + rows) + " in " + whole.shape());
    }
    List<Long> shape = withRows(whole.shape(), rows);
    return switch (whole) {
      case Tensor.Numbers numbers -> {
        ByteBuffer data = numbers.data();
        int rowBytes = data.remaining() / Math.toIntExact(all);
        ByteBuffer view = data.slice(data.position() + fromRow * rowBytes, rows * rowBytes);
        yield new Tensor.Numbers(numbers.type(), shape, view.order(ByteOrder.nativeOrder()));
      }
      case Tensor.Strings strings -> {
        int rowLength = strings.values().size() / Math.toIntExact(all);
        int from = fromRow * rowLength;
        yield new Tensor.Strings(shape, strings.values().subList(from, from + rows * rowLength));
      }
    };
  }

  private static Tensor joinedColumn(
      List<Input> parts, int column, int rows, Buffers buffers, List<ByteBuffer> taken) {
    List<Tensor> pieces = new ArrayList<>(parts.size());
    for (Input part : parts) {
      pieces.add(checked(part, column, parts.getFirst()));
    }
    Tensor model = pieces.getFirst();
    List<Long> shape = withRows(model.shape(), rows);
    return switch (model) {
      case Tensor.Numbers numbers -> {
        long bytes = Math.multiplyExact(Tensor.elements(shape), (long) numbers.type().bytes());
        ByteBuffer whole = buffers.take(Math.toIntExact(bytes));
        taken.add(whole);
        copy(pieces, whole);
        yield new Tensor.Numbers(numbers.type(), shape, whole.duplicate().order(whole.order()));
      }
      case Tensor.Strings strings ->
          new Tensor.Strings(shape, pieces.stream().flatMap(Rows::texts).toList());
    };
  }

  /// The positions of the pieces stay where they are: a failed run is tried again in halves.
  private static void copy(List<Tensor> pieces, ByteBuffer whole) {
    int at = whole.position();
    for (Tensor piece : pieces) {
      if (piece instanceof Tensor.Numbers numbers) {
        ByteBuffer data = numbers.data();
        whole.put(at, data, data.position(), data.remaining());
        at += data.remaining();
      }
    }
  }

  private static Stream<String> texts(Tensor piece) {
    return piece instanceof Tensor.Strings strings ? strings.values().stream() : Stream.empty();
  }

  private static Tensor checked(Input part, int column, Input first) {
    if (part.tensors().size() != first.tensors().size()) {
      throw new IllegalArgumentException(
          "tensors must be " + first.tensors().size() + ": " + part.tensors().size());
    }
    Tensor piece = part.tensors().get(column);
    Tensor model = first.tensors().get(column);
    boolean sameRow =
        !piece.shape().isEmpty()
            && !model.shape().isEmpty()
            && piece.type() == model.type()
            && piece
                .shape()
                .subList(1, piece.shape().size())
                .equals(model.shape().subList(1, model.shape().size()));
    if (!sameRow || piece.shape().getFirst() != part.rows()) {
      throw new IllegalArgumentException(
          part.rows()
              + " rows like "
              + model.type()
              + model.shape()
              + " expected: "
              + piece.type()
              + piece.shape());
    }
    return piece;
  }

  private static List<Long> withRows(List<Long> shape, int rows) {
    List<Long> changed = new ArrayList<>(shape);
    changed.set(0, (long) rows);
    return List.copyOf(changed);
  }
}
