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

/// A model of texts that answers every row with the same numbers, or not at all.
final class PuppetModel implements Model {
  private final float[] row;
  private final boolean fails;
  private int runs;

  private PuppetModel(float[] row, boolean fails) {
    this.row = row;
    this.fails = fails;
  }

  static PuppetModel answering(float... row) {
    return new PuppetModel(row, false);
  }

  static PuppetModel failing() {
    return new PuppetModel(new float[] {1}, true);
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
    if (fails) {
      throw new ModelError(ModelError.Kind.FAILED, "as told");
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
