package dev.sluice.serving;

import dev.sluice.inference.Deadline;
import dev.sluice.inference.ElementType;
import dev.sluice.inference.Model;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// A model with one input `x` and one output `y` of floats, that answers as the test says.
record PuppetTensors(Signature signature, Answers answers) implements Model {
  /// What the model does.
  interface Answers {
    List<Tensor> to(List<Tensor> inputs) throws ModelError;
  }

  static PuppetTensors of(List<Long> shape, Answers answers) {
    return new PuppetTensors(
        new Signature(
            List.of(new Port("x", ElementType.FLOAT, shape)),
            List.of(new Port("y", ElementType.FLOAT, shape))),
        answers);
  }

  static PuppetTensors failing(List<Long> shape, ModelError.Kind kind) {
    return of(
        shape,
        inputs -> {
          throw new ModelError(kind, "as told");
        });
  }

  static Tensor floats(List<Long> shape, float... values) {
    var data = ByteBuffer.allocateDirect(values.length * Float.BYTES);
    data.order(ByteOrder.nativeOrder()).asFloatBuffer().put(values);
    return new Tensor.Numbers(ElementType.FLOAT, shape, data);
  }

  static List<Float> values(Tensor tensor) {
    var values = new ArrayList<Float>();
    if (tensor instanceof Tensor.Numbers numbers) {
      var floats = numbers.data().asFloatBuffer();
      while (floats.hasRemaining()) {
        values.add(floats.get());
      }
    }
    return values;
  }

  @Override
  public List<Tensor> run(List<Tensor> inputs, Deadline deadline) throws ModelError {
    return answers.to(inputs);
  }

  @Override
  public void close() {}
}
