package dev.sluice.oip;

import dev.sluice.inference.Buffers;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Reads the JSON of one request, and the tensors after it where its inputs refer to them. Used by
/// one thread, for one request.
final class RequestReading {
  private static final List<String> MEMBERS = List.of("id", "parameters", "inputs", "outputs");
  private static final List<String> PARAMETERS = List.of("binary_data_output", "timeout");

  private final JsonCursor json;
  private final BinaryPart binary;
  private final Signature signature;
  private final Budget budget;
  private final Lent lent;
  private final List<InputReading> inputs = new ArrayList<>();
  private final OutputsReading outputs;
  private Optional<String> id = Optional.empty();
  private OptionalLong timeoutMicros = OptionalLong.empty();
  private Wanted.Form usual = Wanted.Form.JSON;

  RequestReading(
      JsonCursor json, BinaryPart binary, Signature signature, Limits limits, Lent lent) {
    this.json = json;
    this.binary = binary;
    this.signature = signature;
    this.budget = new Budget(limits);
    this.lent = lent;
    this.outputs = new OutputsReading(signature);
  }

  /// @param buffers where those lent come from
  InferRequest read(Set<String> optionalInputs, Buffers buffers) throws BadRequest {
    var members = new Members(json, MEMBERS);
    while (members.next()) {
      switch (members.name()) {
        case "id" -> id = Optional.of(json.string());
        case "parameters" -> parameters();
        case "inputs" -> inputs();
        case "outputs" -> outputs.read(json);
        default -> json.skip();
      }
    }
    json.finish();
    mustBeComplete(optionalInputs);
    // What the JSON says of the bytes after it holds only once all of the JSON was seen.
    var given = new ArrayList<Given>();
    for (InputReading input : inputs) {
      given.add(input.given());
    }
    if (binary.left() > 0) {
      throw BadRequest.malformed(
          "", "%d bytes are left after the last binary input".formatted(binary.left()));
    }
    List<Wanted> wanted = outputs.wanted(usual);
    given.sort(Comparator.comparingInt(Given::port));
    return new InferRequest(id, timeoutMicros, given, wanted, buffers, lent.handOver());
  }

  private void parameters() throws BadRequest {
    var parameters = new Members(json, PARAMETERS);
    while (parameters.next()) {
      switch (parameters.name()) {
        case "binary_data_output" -> usual = OutputsReading.form(json.bool());
        case "timeout" -> {
          long micros = json.count();
          timeoutMicros = micros == 0 ? OptionalLong.empty() : OptionalLong.of(micros);
        }
        default -> json.skip();
      }
    }
  }

  private void inputs() throws BadRequest {
    json.open('[');
    json.place().enter();
    while (json.more(']', inputs.size())) {
      json.place().at(inputs.size());
      var input = new InputReading(json, binary, signature, budget, lent);
      input.read();
      if (inputs.stream().anyMatch(before -> before.port() == input.port())) {
        throw json.malformed("input \"%s\" came twice".formatted(name(input.port())));
      }
      inputs.add(input);
    }
    json.place().leave();
  }

  private String name(int port) {
    return signature.inputs().get(port).name();
  }

  private void mustBeComplete(Set<String> optionalInputs) throws BadRequest {
    for (int i = 0; i < signature.inputs().size(); i++) {
      Port port = signature.inputs().get(i);
      int wanted = i;
      boolean came = inputs.stream().anyMatch(given -> given.port() == wanted);
      if (!came && !optionalInputs.contains(port.name())) {
        throw BadRequest.malformed("/inputs", Found.missing(port));
      }
    }
  }
}
