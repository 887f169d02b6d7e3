package dev.sluice.serving;

import dev.sluice.inference.Deadline;
import dev.sluice.inference.ElementType;
import dev.sluice.inference.Model;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/// A model of texts that answers every row with the same numbers, or not at all.
final class PuppetModel implements Model {
  private final float[] row;
  private final Optional<ModelError.Kind> failure;
  private int runs;

  private PuppetModel(float[] row, Optional<ModelError.Kind> failure) {
    this.row = row;
    this.failure = failure;
  }

  static PuppetModel answering(float... row) {
    return new PuppetModel(row, Optional.empty());
  }

  static PuppetModel failing() {
    return new PuppetModel(new float[] {1}, Optional.of(ModelError.Kind.FAILED));
  }

  /// A model whose runs are ended at their deadline.
  static PuppetModel cancelled() {
    return new PuppetModel(new float[] {1}, Optional.of(ModelError.Kind.CANCELLED));
  }

  synchronized int runs() {
    return runs;
  }

  @Override
  public Signature signature() {
    return new Signature(
        List.of(new Signature.Port("text", ElementType.STRING, List.of(Signature.ANY))),
        List.of(
            new Signature.Port(
                "probabilities", ElementType.FLOAT, List.of(Signature.ANY, (long) row.length))));
  }

  @Override
  public synchronized List<Tensor> run(List<Tensor> inputs, Deadline deadline) throws ModelError {
    runs++;
    if (failure.isPresent()) {
      throw new ModelError(failure.get(), "as told");
    }
    int rows = inputs.getFirst().shape().getFirst().intValue();
    var bytes = ByteBuffer.allocate(rows * row.length * Float.BYTES).order(ByteOrder.nativeOrder());
    for (int i = 0; i < rows; i++) {
      for (float number : row) {
        bytes.putFloat(number);
      }
    }
    return List.of(
        new Tensor.Numbers(
            ElementType.FLOAT, List.of((long) rows, (long) row.length), bytes.flip()));
  }

  @Override
  public void close() {}
}
