package dev.sluice.batching;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Input;
import dev.sluice.inference.Tensor;
import java.util.ArrayList;
import java.util.List;

/// What inputs must have in common to share a run: everything but the number of rows.
record RowShape(List<Column> columns) {
  record Column(ElementType type, List<Long> row) {}

  static RowShape of(Input input) {
    var columns = new ArrayList<Column>(input.tensors().size());
    for (Tensor tensor : input.tensors()) {
      columns.add(column(tensor));
    }
    return new RowShape(columns);
  }

  private static Column column(Tensor tensor) {
    List<Long> shape = tensor.shape();
    return new Column(tensor.type(), shape.isEmpty() ? shape : shape.subList(1, shape.size()));
  }
}
