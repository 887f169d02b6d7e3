package dev.sluice.oip;

import dev.sluice.inference.Buffers;
import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Reads one request of rows or columns: each value twice, first for its shape, then for its
/// elements. Used by one thread, for one request.
final class RowsReading {
  private static final List<String> MEMBERS = List.of("instances", "inputs");

  private final JsonCursor json;
  private final Signature signature;
  private final List<String> names;
  private final Budget budget;
  private final Lent lent;
  private final List<Given> given = new ArrayList<>();
  private OptionalLong rows = OptionalLong.empty();
  private By by = By.WHOLE_INPUTS;

  /// What the arrays are to whoever wrote them.
  enum By {
    ROWS,
    WHOLE_INPUTS
  }

  RowsReading(JsonCursor json, Signature signature, Budget budget, Lent lent) {
    this.json = json;
    this.signature = signature;
    this.names = signature.inputs().stream().map(Port::name).toList();
    this.budget = budget;
    this.lent = lent;
  }

  /// @param buffers where those lent come from
  RowsRequest read(Buffers buffers) throws BadRequest {
    var members = new Members(json, MEMBERS);
    while (members.next()) {
      switch (members.name()) {
        case "instances" -> instances(members);
        case "inputs" -> columns(members);
        default -> json.skip();
      }
    }
    json.finish();
    if (!members.had("instances") && !members.had("inputs")) {
      throw json.malformed("instances is missing (or inputs)");
    }
    mustBeWritable();
    given.sort(Comparator.comparingInt(Given::port));
    var infer =
        new InferRequest(
            Optional.empty(),
            OptionalLong.empty(),
            given,
            OutputsReading.all(signature, Wanted.Form.JSON),
            buffers,
            lent.handOver());
    return new RowsRequest(infer, rows);
  }

  private void instances(Members members) throws BadRequest {
    mustBeTheOnlyOne(members, "inputs");
    if (json.peek() != '[') {
      throw json.malformed("instances must be an array: " + json.found());
    }
    if (json.peekInside() == ']') {
      throw json.malformed("instances is empty: it has a row for each prediction");
    }
    by = By.ROWS;
    if (json.peekInside() == '{') {
      objects();
    } else {
      whole(onlyInput());
      rows = OptionalLong.of(given.getFirst().tensor().shape().getFirst());
    }
  }

  private void columns(Members members) throws BadRequest {
    mustBeTheOnlyOne(members, "instances");
    if (json.peek() != '{') {
      whole(onlyInput());
      return;
    }
    json.open('{');
    var came = new BitSet();
    for (long i = 0; json.more('}', i); i++) {
      int port = port(json.member(names), came);
      json.place().enter(names.get(port));
      whole(port);
      json.place().leave();
    }
    mustBeComplete(came);
  }

  private void mustBeTheOnlyOne(Members members, String other) throws BadRequest {
    if (members.had(other)) {
      throw json.malformed("either instances or inputs, not both");
    }
  }

  private int onlyInput() throws BadRequest {
    if (names.size() != 1) {
      throw json.malformed(
          "the model has %d inputs: give them by name, in objects".formatted(names.size()));
    }
    return 0;
  }

  /// One value that is all of an input.
  private void whole(int port) throws BadRequest {
    int before = json.here();
    List<Long> lengths = Nesting.pass(json);
    json.back(before);
    Elements elements = elements(port, lengths);
    new NestedValues(json, elements, by).read(0);
    given.add(new Given(port, elements.tensor()));
  }

  private Elements elements(int index, List<Long> lengths) throws BadRequest {
    Port port = signature.inputs().get(index);
    Shape shape = shape(lengths, port);
    // Of n values, n - 1 commas.
    if (shape.elements() > (json.left() + 1) / 2) {
      throw json.malformed(
          "input \"%s\" has the shape %s by its first arrays, and fewer values"
              .formatted(port.name(), shape.lengths()));
    }
    return Elements.of(json, port, shape, budget, lent);
  }

  private Shape shape(List<Long> lengths, Port port) throws BadRequest {
    if (by == By.ROWS && !port.shape().isEmpty()) {
      List<Long> row = port.shape().subList(1, port.shape().size());
      List<Long> first = lengths.subList(1, lengths.size());
      if (!Shape.fits(first, row)) {
        throw json.malformed(
            "a row of input \"%s\" has the shape %s (-1: any length): %s came"
                .formatted(port.name(), row, first));
      }
      if (!Shape.fits(lengths, port.shape())) {
        throw json.malformed(
            "input \"%s\" has %d rows: %d came"
                .formatted(port.name(), port.shape().getFirst(), lengths.getFirst()));
      }
    }
    return Shape.of(lengths, port, json.place().pointer());
  }

  private void objects() throws BadRequest {
    int before = json.here();
    Map<Integer, List<Long>> shapes = shapes();
    json.back(before);
    var columns = new ArrayList<NestedValues>();
    for (int port = 0; port < names.size(); port++) {
      if (!shapes.containsKey(port)) {
        json.place().enter();
        throw missing(port);
      }
      columns.add(new NestedValues(json, elements(port, shapes.getOrDefault(port, List.of())), by));
    }
    json.open('[');
    json.place().enter();
    var came = new BitSet();
    for (long row = 0; json.more(']', row); row++) {
      json.place().at(row);
      came.clear();
      row(columns, came);
    }
    json.place().leave();
    for (int port = 0; port < names.size(); port++) {
      given.add(new Given(port, columns.get(port).elements().tensor()));
    }
  }

  /// The shape of each input in the first row, with the number of rows before it.
  private Map<Integer, List<Long>> shapes() throws BadRequest {
    var shapes = new HashMap<Integer, List<Long>>();
    json.open('[');
    json.place().enter();
    long count = 0;
    for (; json.more(']', count); count++) {
      json.place().at(count);
      if (count == 0) {
        firstRow(shapes);
      } else {
        json.skip();
      }
    }
    json.place().leave();
    rows = OptionalLong.of(count);
    for (List<Long> lengths : shapes.values()) {
      lengths.addFirst(count);
    }
    return shapes;
  }

  private void firstRow(Map<Integer, List<Long>> shapes) throws BadRequest {
    json.open('{');
    var came = new BitSet();
    for (long i = 0; json.more('}', i); i++) {
      int port = port(json.member(names), came);
      json.place().enter(names.get(port));
      shapes.put(port, Nesting.pass(json));
      json.place().leave();
    }
  }

  private void row(List<NestedValues> columns, BitSet came) throws BadRequest {
    json.open('{');
    for (long i = 0; json.more('}', i); i++) {
      int port = port(json.member(names), came);
      json.place().enter(names.get(port));
      columns.get(port).read(1);
      json.place().leave();
    }
    mustBeComplete(came);
  }

  private int port(String name, BitSet came) throws BadRequest {
    int port = names.indexOf(name);
    if (port < 0) {
      throw json.malformed(Found.unknown("input", name, signature.inputs()));
    }
    if (came.get(port)) {
      throw json.malformed("input \"%s\" came twice".formatted(name));
    }
    came.set(port);
    return port;
  }

  private void mustBeComplete(BitSet came) throws BadRequest {
    int first = came.nextClearBit(0);
    if (first < names.size()) {
      throw missing(first);
    }
  }

  private BadRequest missing(int index) {
    return json.malformed(Found.missing(signature.inputs().get(index)));
  }

  /// So that a request whose answer has no form is not run at all.
  private void mustBeWritable() throws BadRequest {
    for (Port output : signature.outputs()) {
      if (output.type() == ElementType.BFLOAT16) {
        throw json.malformed(
            "output \"%s\" is BF16, which has no JSON form".formatted(output.name()));
      }
      if (rows.isPresent() && !hasRows(output, rows.getAsLong())) {
        throw json.malformed(
            "output \"%s\" has the shape %s and no row for each of %d instances: ask with inputs"
                .formatted(output.name(), output.shape(), rows.getAsLong()));
      }
    }
  }

  private static boolean hasRows(Port output, long rows) {
    if (output.shape().isEmpty()) {
      return false;
    }
    long first = output.shape().getFirst();
    return first == Signature.ANY || first == rows;
  }
}
