package dev.sluice.serving;

import dev.sluice.inference.Classification;
import dev.sluice.inference.ElementType;
import dev.sluice.inference.ImageTask;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.OutputKind;
import dev.sluice.inference.Task;
import dev.sluice.inference.Tensor;
import dev.sluice.inference.TensorTask;
import dev.sluice.inference.TextTask;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/// Reads a classifier's outputs: the first one of floats has a row of classes for each row of the
/// input.
final class Outputs {
  private Outputs() {}

  /// One classification for each row of a payload; none where tensors were asked about that the
  /// answer does not classify.
  ///
  /// @throws ModelError when pictures or texts are not answered by classes
  static List<Classification> read(List<Tensor> outputs, Task task, Payload payload)
      throws ModelError {
    return switch (payload) {
      case Payload.Pictures pictures -> read(outputs, task, pictures.rows());
      case Payload.Texts texts -> read(outputs, task, texts.rows());
      case Payload.Tensors tensors -> readIfAny(outputs, task, tensors.rows());
    };
  }

  private static List<Classification> readIfAny(List<Tensor> outputs, Task task, int rows) {
    try {
      return read(outputs, task, rows);
    } catch (ModelError noClasses) {
      return List.of();
    }
  }

  /// One classification for each row.
  ///
  /// @throws ModelError when the output has other rows, or numbers that are not finite, or the
  ///     model is none of pictures or texts
  static List<Classification> read(List<Tensor> outputs, Task task, int rows) throws ModelError {
    OutputKind kind = kind(task);
    FloatBuffer floats = floats(outputs);
    if (floats.remaining() % rows != 0) {
      throw broken("the output does not have " + rows + " rows");
    }
    int classes = floats.remaining() / rows;
    var results = new ArrayList<Classification>(rows);
    for (int row = 0; row < rows; row++) {
      results.add(
          Classification.of(floats.slice(row * classes, classes), kind)
              .orElseThrow(() -> broken("the output is empty or has numbers that are not finite")));
    }
    return results;
  }

  private static OutputKind kind(Task task) throws ModelError {
    return switch (task) {
      case ImageTask image -> image.output();
      case TextTask text -> text.output();
      case TensorTask tensors -> throw broken("a model of tensors has no classes");
    };
  }

  private static FloatBuffer floats(List<Tensor> outputs) throws ModelError {
    for (Tensor output : outputs) {
      if (output instanceof Tensor.Numbers numbers && numbers.type() == ElementType.FLOAT) {
        return numbers.data().slice().order(numbers.data().order()).asFloatBuffer();
      }
    }
    throw broken("there is no output of floats");
  }

  private static ModelError broken(String message) {
    return new ModelError(ModelError.Kind.FAILED, message);
  }
}
