package dev.sluice.oip;

import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads `outputs`, and settles what is answered once the request's default form is known. Used by
/// one thread, for one request.
final class OutputsReading {
  private static final List<String> MEMBERS = List.of("name", "parameters");
  private static final List<String> PARAMETERS = List.of("binary_data", "classification");

  private final Signature signature;
  private final List<Named> named = new ArrayList<>();

  private record Named(int port, Parameters parameters) {}

  private record Parameters(Optional<Boolean> binary, OptionalInt classes) {
    static final Parameters NONE = new Parameters(Optional.empty(), OptionalInt.empty());
  }

  OutputsReading(Signature signature) {
    this.signature = signature;
  }

  void read(JsonCursor json) throws BadRequest {
    json.open('[');
    json.place().enter();
    while (json.more(']', named.size())) {
      json.place().at(named.size());
      named.add(output(json));
    }
    json.place().leave();
  }

  private Named output(JsonCursor json) throws BadRequest {
    int port = -1;
    Parameters parameters = Parameters.NONE;
    var members = new Members(json, MEMBERS);
    while (members.next()) {
      switch (members.name()) {
        case "name" -> port = port(json);
        case "parameters" -> parameters = parameters(json);
        default -> json.skip();
      }
    }
    if (!members.had("name")) {
      throw json.malformed("name is missing");
    }
    ElementType type = signature.outputs().get(port).type();
    if (parameters.classes().isPresent()
        && (type == ElementType.STRING || type == ElementType.BOOL)) {
      throw json.malformed(
          "classification ranks numbers; output \"%s\" is %s"
              .formatted(signature.outputs().get(port).name(), Datatype.of(type)));
    }
    return new Named(port, parameters);
  }

  private int port(JsonCursor json) throws BadRequest {
    String name = json.string();
    for (int i = 0; i < signature.outputs().size(); i++) {
      if (signature.outputs().get(i).name().equals(name)) {
        int found = i;
        if (named.stream().anyMatch(before -> before.port() == found)) {
          throw json.malformed("output \"%s\" is named twice".formatted(name));
        }
        return found;
      }
    }
    throw json.malformed(Found.unknown("output", name, signature.outputs()));
  }

  private static Parameters parameters(JsonCursor json) throws BadRequest {
    Parameters read = Parameters.NONE;
    var parameters = new Members(json, PARAMETERS);
    while (parameters.next()) {
      switch (parameters.name()) {
        case "binary_data" -> read = new Parameters(Optional.of(json.bool()), read.classes());
        case "classification" ->
            read = new Parameters(read.binary(), OptionalInt.of(classes(json)));
        default -> json.skip();
      }
    }
    return read;
  }

  private static int classes(JsonCursor json) throws BadRequest {
    long classes = json.count();
    if (classes == 0) {
      throw json.malformed("classification is the number of classes wanted, 1 or more: 0");
    }
    return (int) Math.min(Integer.MAX_VALUE, classes);
  }

  /// What is answered.
  ///
  /// @param usual the form of an output that does not say
  List<Wanted> wanted(Wanted.Form usual) throws BadRequest {
    var wanted = new ArrayList<Wanted>();
    for (Named output : named) {
      Wanted.Form form = output.parameters().binary().map(OutputsReading::form).orElse(usual);
      wanted.add(new Wanted(output.port(), form, output.parameters().classes()));
    }
    if (wanted.isEmpty()) {
      wanted.addAll(all(signature, usual));
    }
    for (int i = 0; i < wanted.size(); i++) {
      mustHaveThatForm(wanted.get(i), named.isEmpty() ? "/outputs" : "/outputs/" + i);
    }
    return wanted;
  }

  static Wanted.Form form(boolean binary) {
    return binary ? Wanted.Form.BINARY : Wanted.Form.JSON;
  }

  /// Every output, in the signature's order.
  static List<Wanted> all(Signature signature, Wanted.Form form) {
    var wanted = new ArrayList<Wanted>();
    for (int i = 0; i < signature.outputs().size(); i++) {
      wanted.add(new Wanted(i, form, OptionalInt.empty()));
    }
    return wanted;
  }

  private void mustHaveThatForm(Wanted wanted, String pointer) throws BadRequest {
    Port port = signature.outputs().get(wanted.port());
    if (port.type() == ElementType.BFLOAT16
        && wanted.form() == Wanted.Form.JSON
        && wanted.classes().isEmpty()) {
      throw BadRequest.malformed(
          pointer,
          "output \"%s\" is BF16, which has no JSON form: ask for it with binary_data true"
              .formatted(port.name()));
    }
  }
}
