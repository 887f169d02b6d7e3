package dev.sluice.inference;

import java.util.List;

/// What a model is for: how a request becomes its input, and what its output means.
public sealed interface Task permits ImageTask, TextTask, TensorTask {
  /// Names of the classes in the order of the output; empty when the model carries none.
  List<String> labels();

  /// Whether callers can use this task in the place of the other without a difference in what they
  /// send: texts for texts, pictures of the same own size for pictures, tensors for tensors, and
  /// the same labels. That the tensors are the same is for [Signature#differencesFrom] to say.
  default boolean interchangeable(Task other) {
    if (!labels().equals(other.labels())) {
      return false;
    }
    return switch (this) {
      case TextTask text -> other instanceof TextTask;
      case TensorTask tensors -> other instanceof TensorTask;
      case ImageTask image ->
          other instanceof ImageTask that
              && image.height() == that.height()
              && image.width() == that.width()
              && image.sizing() == that.sizing();
    };
  }
}
