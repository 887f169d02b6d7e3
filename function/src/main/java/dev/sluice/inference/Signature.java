package dev.sluice.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

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

    /// Element type and lengths of the axes, such as `float[?,3]`.
    public String described() {
      return type.name().toLowerCase(Locale.ROOT)
          + "["
          + shape.stream()
              .map(length -> length == ANY ? "?" : Long.toString(length))
              .collect(Collectors.joining(","))
          + "]";
    }
  }

  /// How many rows tensors for the inputs have: the length of the first axis where rows of several
  /// requests may share a run, else one.
  public int rows(List<Tensor> tensors) {
    if (!batched() || tensors.isEmpty()) {
      return 1;
    }
    long first = tensors.getFirst().shape().getFirst();
    if (first < 1 || first > Integer.MAX_VALUE) {
      return 1;
    }
    for (Tensor tensor : tensors) {
      if (tensor.shape().getFirst() != first) {
        return 1;
      }
    }
    return (int) first;
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
            "input %s is %s: %s was given"
                .formatted(
                    port.name(),
                    port.described(),
                    new Port(port.name(), tensor.type(), tensor.shape()).described()));
      }
    }
    return Optional.empty();
  }

  /// Whether rows of several requests may share a run: every input and output begins with a free
  /// axis.
  public boolean batched() {
    return leadWithAnyLength(inputs) && leadWithAnyLength(outputs);
  }

  /// Whether a run takes as long as its rows are many, as far as this tells. Lengths of texts and
  /// free axes change what a row costs, and whole numbers may be how often to loop.
  public boolean costsByRows() {
    return inputs.stream()
        .allMatch(
            port ->
                port.type().isReal()
                    && port.shape().stream().skip(1).noneMatch(length -> length == ANY));
  }

  // Asked for each request: no streams here.
  private static boolean leadWithAnyLength(List<Port> ports) {
    for (Port port : ports) {
      if (!port.leadsWithAnyLength()) {
        return false;
      }
    }
    return true;
  }

  /// What a caller would notice who knows only the other model, one sentence a port: ports that
  /// are gone, new, of another type or shape, or in another order, which is that of an answer.
  public List<String> differencesFrom(Signature other) {
    var differences = new ArrayList<String>();
    compare("input", inputs, other.inputs, differences);
    compare("output", outputs, other.outputs, differences);
    return List.copyOf(differences);
  }

  private static void compare(
      String direction, List<Port> ours, List<Port> theirs, List<String> differences) {
    for (Port port : theirs) {
      Optional<Port> same = named(port.name(), ours);
      if (same.isEmpty()) {
        differences.add(direction + " " + port.name() + " is missing");
      } else if (!same.get().equals(port)) {
        differences.add(
            direction
                + " "
                + port.name()
                + " is "
                + same.get().described()
                + ", not "
                + port.described());
      }
    }
    for (Port port : ours) {
      if (named(port.name(), theirs).isEmpty()) {
        differences.add(direction + " " + port.name() + " is new");
      }
    }
    if (differences.isEmpty() && !ours.equals(theirs)) {
      differences.add(
          direction + "s are in another order: " + names(ours) + ", not " + names(theirs));
    }
  }

  private static List<String> names(List<Port> ports) {
    return ports.stream().map(Port::name).toList();
  }

  private static Optional<Port> named(String name, List<Port> ports) {
    return ports.stream().filter(port -> port.name().equals(name)).findFirst();
  }
}
