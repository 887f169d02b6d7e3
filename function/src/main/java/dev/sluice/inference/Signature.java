package dev.sluice.inference;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a model takes and gives: names, element types and shapes, in the file's order.
public record Signature(List<Port> inputs, List<Port> outputs) {
  /// Length of an axis that the caller chooses.
  public static final long ANY = -1;

  public Signature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /// One input or output of a model.
  ///
  /// @param shape lengths of the axes, [#ANY] where a request decides
  public record Port(String name, ElementType type, List<Long> shape) {
    public Port {
      shape = List.copyOf(shape);
    }

    /// Whether a tensor may have this shape.
    public boolean takes(List<Long> lengths) {
      if (lengths.size() != shape.size()) {
        return false;
      }
      for (int axis = 0; axis < shape.size(); axis++) {
        if (shape.get(axis) != ANY && !shape.get(axis).equals(lengths.get(axis))) {
          return false;
        }
      }
      return true;
    }

    boolean leadsWithAnyLength() {
      return !shape.isEmpty() && shape.getFirst() == ANY;
    }
  }

  /// How many rows tensors for the inputs have: the length of the first axis where rows of several
  /// requests may share a run, else one.
  public int rows(List<Tensor> tensors) {
    if (!batched() || tensors.isEmpty()) {
      return 1;
    }
    long first = tensors.getFirst().shape().getFirst();
    boolean rows =
        first >= 1
            && first <= Integer.MAX_VALUE
            && tensors.stream().allMatch(tensor -> tensor.shape().getFirst() == first);
    return rows ? (int) first : 1;
  }

  /// Why tensors do not fit the inputs, if they do not.
  ///
  /// @param tensors one for each input, in their order
  public Optional<String> misfit(List<Tensor> tensors) {
    if (tensors.size() != inputs.size()) {
      return Optional.of(
          "the model has %d inputs: %d were given".formatted(inputs.size(), tensors.size()));
    }
    for (int i = 0; i < inputs.size(); i++) {
      Port port = inputs.get(i);
      Tensor tensor = tensors.get(i);
      if (tensor.type() != port.type() || !port.takes(tensor.shape())) {
        return Optional.of(
            "input %s is %s%s: %s%s was given"
                .formatted(port.name(), port.type(), port.shape(), tensor.type(), tensor.shape()));
      }
    }
    return Optional.empty();
  }

  /// Whether rows of several requests may share a run: every input and output begins with a free
  /// axis.
  public boolean batched() {
    return Stream.concat(inputs.stream(), outputs.stream()).allMatch(Port::leadsWithAnyLength);
  }
}
