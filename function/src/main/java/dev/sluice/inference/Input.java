package dev.sluice.inference;

import java.util.List;

/// What one request asks a model: tensors whose first axis has the same number of rows, and the
/// buffers that they live in. Whoever holds it closes it, once, when no run can read it any more.
///
/// @param tensors one for each input of the signature, in its order
/// @param rows length of the first axis of every tensor; 1 where the model has no batch axis
/// @param release gives the buffers back
public record Input(List<Tensor> tensors, int rows, Runnable release) implements AutoCloseable {
  public Input {
    tensors = List.copyOf(tensors);
    if (rows < 1) {
      throw new IllegalArgumentException("rows must be positive: " + rows);
    }
  }

  @Override
  public void close() {
    release.run();
  }
}
