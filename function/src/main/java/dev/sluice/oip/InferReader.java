package dev.sluice.oip;

import dev.sluice.inference.Buffers;
import dev.sluice.inference.ElementType;
import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Reads infer requests of the Open Inference Protocol (v2) with its extensions for binary tensors
/// and classification: from the bytes into buffers, in one pass. Everything is checked against the
/// bytes at hand and the limits before memory is taken for it. Thread-safe as far as its buffers
/// are.
public final class InferReader {
  private static final int LONGEST_LENGTH = 18;

  private final Buffers buffers;
  private final Limits limits;

  public InferReader(Buffers buffers, Limits limits) {
    this.buffers = buffers;
    this.limits = limits;
  }

  /// The value of `Inference-Header-Content-Length`.
  ///
  /// @throws BadRequest when it is no plain decimal number
  public static long headerLength(String value) throws BadRequest {
    boolean plain =
        !value.isEmpty()
            && value.length() <= LONGEST_LENGTH
            && value.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!plain) {
      throw BadRequest.malformed(
          "",
          "Inference-Header-Content-Length must be a plain number of bytes: "
              + Found.quoted(value));
    }
    return Long.parseLong(value);
  }

  /// Reads one request. Its answer holds buffers until it is closed; a refused one leaves none.
  ///
  /// @param body from `from` up to `to`; it is not kept
  /// @param headerLength the value of `Inference-Header-Content-Length`, where the request has it:
  ///     how much of the body is JSON; 0 where all of it is the only input's tensor
  /// @param optionalInputs names of the inputs that have a default in the model
  /// @throws BadRequest when it is not the protocol, does not fit the signature or passes a limit
  public InferRequest read(
      byte[] body,
      int from,
      int to,
      OptionalLong headerLength,
      Signature signature,
      Set<String> optionalInputs)
      throws BadRequest {
    long jsonBytes = headerLength.orElse((long) to - from);
    if (jsonBytes < 0 || jsonBytes > to - from) {
      throw BadRequest.malformed(
          "",
          "Inference-Header-Content-Length must be 0 to %d, the bytes of the body: %d"
              .formatted(to - from, jsonBytes));
    }
    try (var lent = new Lent(buffers)) {
      if (headerLength.isPresent() && jsonBytes == 0) {
        return raw(new BinaryPart(body, from, to), signature, lent);
      }
      int middle = from + (int) jsonBytes;
      Beginning.mustNotBeOther(body, from, middle);
      var json = new JsonCursor(body, from, middle, headerLength, limits.deepest());
      var binary = new BinaryPart(body, middle, to);
      return new RequestReading(json, binary, signature, limits, lent)
          .read(optionalInputs, buffers);
    }
  }

  private InferRequest raw(BinaryPart binary, Signature signature, Lent lent) throws BadRequest {
    List<Port> inputs = signature.inputs();
    long free =
        inputs.size() == 1
            ? inputs.getFirst().shape().stream().filter(length -> length == Signature.ANY).count()
            : 0;
    if (inputs.size() != 1 || free > 1) {
      throw BadRequest.malformed(
          "",
          "an Inference-Header-Content-Length of 0 (a body without JSON) is for models with one"
              + " input and at most one free axis");
    }
    Port port = inputs.getFirst();
    Shape shape = Shape.of(lengths(port, binary), port, "");
    Tensor tensor = binary.tensor(port, shape, binary.left(), "", new Budget(limits), lent);
    return new InferRequest(
        Optional.empty(),
        OptionalLong.empty(),
        List.of(new Given(0, tensor)),
        OutputsReading.all(signature, Wanted.Form.BINARY),
        buffers,
        lent.handOver());
  }

  /// The port's shape with the free axis as long as the body makes it.
  private static List<Long> lengths(Port port, BinaryPart binary) throws BadRequest {
    boolean strings = port.type() == ElementType.STRING;
    long unit = strings ? 1 : port.type().bytes();
    for (long length : port.shape()) {
      unit *= length == Signature.ANY ? 1 : length;
    }
    long there = strings ? binary.countStrings(port) : binary.left();
    boolean free = port.shape().contains(Signature.ANY);
    boolean fits = (free && unit > 0) ? there % unit == 0 : there == unit;
    if (!fits) {
      throw BadRequest.malformed(
          "",
          "input \"%s\" (%s, shape %s) has %s%d %s: the body has %d"
              .formatted(
                  port.name(),
                  Datatype.of(port.type()),
                  port.shape(),
                  free ? "a multiple of " : "",
                  unit,
                  strings ? "strings" : "bytes",
                  there));
    }
    var lengths = new ArrayList<Long>();
    for (long length : port.shape()) {
      lengths.add(length == Signature.ANY ? there / Math.max(1, unit) : length);
    }
    return lengths;
  }
}
