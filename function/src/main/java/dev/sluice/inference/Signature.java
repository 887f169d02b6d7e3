package dev.sluice.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
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

  /// Whether rows of several requests may share a run: every input and output begins with a free
  /// axis.
  public boolean batched() {
    return Stream.concat(inputs.stream(), outputs.stream()).allMatch(Port::leadsWithAnyLength);
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
