package dev.sluice.inference;

import java.util.List;

/// Whatever a model does that is only asked with tensors, as its signature names them: what they
/// mean is between the caller and the model.
///
/// @param labels what the model says its classes are called; it may have neither
public record TensorTask(List<String> labels) implements Task {
  public TensorTask {
    labels = List.copyOf(labels);
  }
}
