package dev.sluice.oip;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;
import java.util.List;
import java.util.Optional;
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
  private Optional<Shape> binaryShape = Optional.empty();

  /// The cursor's place is the input.
  InputReading(JsonCursor json, BinaryPart binary, Signature signature, Budget budget, Lent lent) {
    this.json = json;
    this.binary = binary;
    this.signature = signature;
    this.budget = budget;
    this.lent = lent;
    this.pointer = json.place().pointer();
  }

  /// Reads all of it but a tensor that is after the JSON.
  void read() throws BadRequest {
    var members = new Members(json, MEMBERS);
    while (members.next()) {
      switch (members.name()) {
        case "name" -> port = named();
        case "shape" -> lengths = Shape.read(json, mostAxes(), this::axes);
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
    settle(members);
  }

  /// The index of the input, once it was read.
  int port() {
    return port;
  }

  /// All of it, once the JSON was read to its end; those that are binary in their order.
  Given given() throws BadRequest {
    if (binaryShape.isEmpty()) {
      return new Given(port, tensor.getFirst());
    }
    long size = binarySize.orElse(0);
    return new Given(port, binary.tensor(input(), binaryShape.get(), size, pointer, budget, lent));
  }

  private int named() throws BadRequest {
    String name = json.string();
    for (int i = 0; i < signature.inputs().size(); i++) {
      if (signature.inputs().get(i).name().equals(name)) {
        return i;
      }
    }
    throw json.malformed(Found.unknown("input", name, signature.inputs()));
  }

  private int mostAxes() {
    int most = 0;
    for (Port input : signature.inputs()) {
      most = Math.max(most, input.shape().size());
    }
    return most;
  }

  /// How many axes are right, for who gave more.
  private String axes() {
    return port == NOT_FOUND
        ? "no input of this model has more than %d axes".formatted(mostAxes())
        : "input \"%s\" has the shape %s (-1: any length): more axes came"
            .formatted(input().name(), input().shape());
  }

  private ElementType datatype() throws BadRequest {
    String word = json.string();
    return Datatype.type(word)
        .orElseThrow(
            () ->
                json.malformed(
                    "%s is none of the datatypes: %s"
                        .formatted(Found.quoted(word), Datatype.all())));
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

  private void settle(Members members) throws BadRequest {
    if (members.had("data") == binarySize.isPresent()) {
      throw json.malformed(
          "input \"%s\" needs either data or the parameter binary_data_size"
              .formatted(input().name()));
    }
    if (binarySize.isPresent()) {
      if (binarySize.getAsLong() > 0 && !json.isLengthSaid()) {
        throw json.malformed(
            "input \"%s\" has a binary_data_size, but Inference-Header-Content-Length is missing:"
                    .formatted(input().name())
                + " it says how many bytes of the body are JSON");
      }
      binaryShape = Optional.of(shape());
    } else if (dataPassedAt.isPresent()) {
      tensor = List.of(valuesPassed(dataPassedAt.getAsInt()));
    }
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
