package dev.sluice.oip;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Reads one element of `inputs`. Its members may come in any order; values that come before what
/// is needed to read them are passed over and read at the end. Used by one thread, for one input.
final class InputReading {
  private static final List<String> MEMBERS =
      List.of("name", "shape", "datatype", "parameters", "data");
  private static final List<String> PARAMETERS = List.of("binary_data_size");
  private static final int NOT_FOUND = -1;

  private final JsonCursor json;
  private final BinaryPart binary;
  private final Signature signature;
  private final Budget budget;
  private final Lent lent;
  private final String pointer;
  private int port = NOT_FOUND;
  private List<Long> lengths = List.of();
  private ElementType type = ElementType.STRING;
  private OptionalLong binarySize = OptionalLong.empty();
  private OptionalInt dataPassedAt = OptionalInt.empty();
  private List<Tensor> tensor = List.of();

  /// The cursor's place is the input.
  InputReading(JsonCursor json, BinaryPart binary, Signature signature, Budget budget, Lent lent) {
    this.json = json;
    this.binary = binary;
    this.signature = signature;
    this.budget = budget;
    this.lent = lent;
    this.pointer = json.place().pointer();
  }

  Given read() throws BadRequest {
    var members = new Members(json, MEMBERS);
    while (members.next()) {
      switch (members.name()) {
        case "name" -> port = port();
        case "shape" -> lengths = Shape.read(json, mostAxes());
        case "datatype" -> type = datatype();
        case "parameters" -> binarySize = binarySize();
        case "data" -> data(members);
        default -> json.skip();
      }
    }
    for (String needed : List.of("name", "shape", "datatype")) {
      if (!members.had(needed)) {
        throw json.malformed("%s is missing".formatted(needed));
      }
    }
    return new Given(port, tensor(members));
  }

  private int port() throws BadRequest {
    String name = json.string();
    for (int i = 0; i < signature.inputs().size(); i++) {
      if (signature.inputs().get(i).name().equals(name)) {
        return i;
      }
    }
    throw json.malformed("the model has no input %s".formatted(Found.quoted(name)));
  }

  private int mostAxes() {
    int most = 0;
    for (Port input : signature.inputs()) {
      most = Math.max(most, input.shape().size());
    }
    return most;
  }

  private ElementType datatype() throws BadRequest {
    String word = json.string();
    return Datatype.type(word)
        .orElseThrow(() -> json.malformed("no datatype: %s".formatted(Found.quoted(word))));
  }

  private OptionalLong binarySize() throws BadRequest {
    OptionalLong size = OptionalLong.empty();
    var parameters = new Members(json, PARAMETERS);
    while (parameters.next()) {
      if (parameters.name().equals("binary_data_size")) {
        size = OptionalLong.of(json.count());
      } else {
        json.skip();
      }
    }
    return size;
  }

  private void data(Members members) throws BadRequest {
    if (members.had("name") && members.had("shape") && members.had("datatype")) {
      tensor = List.of(values());
    } else {
      json.peek();
      dataPassedAt = OptionalInt.of(json.here());
      json.skip();
    }
  }

  private Tensor values() throws BadRequest {
    return JsonValues.read(json, input(), shape(), budget, lent);
  }

  private Port input() {
    return signature.inputs().get(port);
  }

  /// Once name, shape and datatype are known: what they say together.
  private Shape shape() throws BadRequest {
    ElementType right = input().type();
    if (type != right) {
      throw BadRequest.malformed(
          pointer + "/datatype",
          "input \"%s\" is %s: %s came"
              .formatted(input().name(), Datatype.of(right), Datatype.of(type)));
    }
    return Shape.of(lengths, input(), pointer + "/shape");
  }

  private Tensor tensor(Members members) throws BadRequest {
    if (members.had("data") == binarySize.isPresent()) {
      throw json.malformed(
          "input \"%s\" needs either data or the parameter binary_data_size"
              .formatted(input().name()));
    }
    if (binarySize.isPresent()) {
      return binary.tensor(input(), shape(), binarySize.getAsLong(), pointer, budget, lent);
    }
    return dataPassedAt.isPresent() ? valuesPassed(dataPassedAt.getAsInt()) : tensor.getFirst();
  }

  private Tensor valuesPassed(int from) throws BadRequest {
    int after = json.here();
    json.back(from);
    json.place().enter("data");
    Tensor values = values();
    json.place().leave();
    json.back(after);
    return values;
  }
}
