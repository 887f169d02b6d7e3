package dev.sluice.inference;

import java.util.List;
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

    boolean leadsWithAnyLength() {
      return !shape.isEmpty() && shape.getFirst() == ANY;
    }
  }

  /// Whether rows of several requests may share a run: every input and output begins with a free
  /// axis.
  public boolean batched() {
    return Stream.concat(inputs.stream(), outputs.stream()).allMatch(Port::leadsWithAnyLength);
  }
}
