package dev.sluice.oip;

import dev.sluice.inference.Signature;
import dev.sluice.inference.Signature.Port;
import dev.sluice.inference.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Writes the answers to infer requests: the JSON, then those tensors that are wanted in binary.
public final class InferWriter {
  private static final int USUAL_BYTES = 512;

  private InferWriter() {}

  /// One answer.
  ///
  /// @param jsonBytes the value of its `Inference-Header-Content-Length`; empty when all of it is
  ///     JSON
  public record Written(byte[] body, OptionalInt jsonBytes) {}

  /// An output as it is written: the tensor, or its classes.
  private record Part(String name, Tensor tensor, Wanted.Form form) {}

  /// What follows the JSON for one output.
  private record Binary(long bytes, Runnable writing) {}

  /// Writes one answer.
  ///
  /// @param id the request's, repeated
  /// @param parameters of the answer
  /// @param outputs all of the signature's, in its order; their positions are not moved
  /// @param wanted which of them are written, in which order and how
  /// @param labels of classes, by index; there may be none
  /// @throws IllegalArgumentException when an output is not of its port's type, or has no form as
  ///     it is wanted: BF16 in JSON, a lone surrogate in binary
  public static Written write(
      String model,
      String version,
      Optional<String> id,
      Map<String, String> parameters,
      Signature signature,
      List<Tensor> outputs,
      List<Wanted> wanted,
      List<String> labels) {
    List<Part> parts = wanted.stream().map(one -> part(one, signature, outputs, labels)).toList();
    var sink = new JsonSink(expectedBytes(parts));
    sink.plain("{\"model_name\":").string(model).plain(",\"model_version\":").string(version);
    id.ifPresent(given -> sink.plain(",\"id\":").string(given));
    if (!parameters.isEmpty()) {
      parameters(sink, parameters);
    }
    sink.plain(",\"outputs\":[");
    var binaries = new ArrayList<Binary>();
    for (int i = 0; i < parts.size(); i++) {
      sink.plain(i == 0 ? "{\"name\":" : ",{\"name\":");
      output(sink, parts.get(i), binaries);
    }
    sink.plain("]}");
    OptionalInt jsonBytes = binaries.isEmpty() ? OptionalInt.empty() : OptionalInt.of(sink.size());
    sink.exactly(binaries.stream().mapToLong(Binary::bytes).sum());
    binaries.forEach(binary -> binary.writing().run());
    return new Written(sink.bytes(), jsonBytes);
  }

  private static Part part(
      Wanted wanted, Signature signature, List<Tensor> outputs, List<String> labels) {
    Port port = signature.outputs().get(wanted.port());
    Tensor tensor = outputs.get(wanted.port());
    if (tensor.type() != port.type()) {
      throw new IllegalArgumentException(
          "output %s is %s: %s".formatted(port.name(), port.type(), tensor.type()));
    }
    if (wanted.classes().isEmpty()) {
      return new Part(port.name(), tensor, wanted.form());
    }
    return switch (tensor) {
      case Tensor.Numbers numbers ->
          new Part(
              port.name(),
              Ranking.of(numbers, port, signature, wanted.classes().getAsInt(), labels),
              wanted.form());
      case Tensor.Strings strings ->
          throw new IllegalArgumentException("strings are not ranked: output " + port.name());
    };
  }

  private static long expectedBytes(List<Part> parts) {
    long bytes = USUAL_BYTES;
    for (Part part : parts) {
      if (part.form() == Wanted.Form.JSON) {
        bytes += JsonSink.expectedBytes(part.tensor());
      }
    }
    return bytes;
  }

  private static void parameters(JsonSink sink, Map<String, String> parameters) {
    sink.plain(",\"parameters\":{");
    String comma = "";
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      sink.plain(comma).string(parameter.getKey()).plain(":").string(parameter.getValue());
      comma = ",";
    }
    sink.plain("}");
  }

  private static void output(JsonSink sink, Part part, List<Binary> binaries) {
    Tensor tensor = part.tensor();
    sink.string(part.name()).plain(",\"datatype\":\"").plain(Datatype.of(tensor.type()));
    sink.plain("\",\"shape\":[");
    String comma = "";
    for (long length : tensor.shape()) {
      sink.plain(comma).number(length);
      comma = ",";
    }
    switch (part.form()) {
      case JSON -> data(sink, tensor);
      case BINARY -> size(sink, part, binaries);
    }
  }

  private static void data(JsonSink sink, Tensor tensor) {
    sink.plain("],\"data\":[");
    switch (tensor) {
      case Tensor.Numbers numbers -> sink.values(numbers.type(), numbers.data());
      case Tensor.Strings strings -> {
        String comma = "";
        for (String value : strings.values()) {
          sink.plain(comma).string(value);
          comma = ",";
        }
      }
    }
    sink.plain("]}");
  }

  private static void size(JsonSink sink, Part part, List<Binary> binaries) {
    Binary binary =
        switch (part.tensor()) {
          case Tensor.Numbers numbers ->
              new Binary(
                  numbers.data().remaining(),
                  () -> sink.elements(numbers.data(), numbers.type().bytes()));
          case Tensor.Strings strings -> {
            List<byte[]> texts = strings.values().stream().map(text -> utf8(text, part)).toList();
            long bytes = texts.stream().mapToLong(text -> (long) Integer.BYTES + text.length).sum();
            yield new Binary(bytes, () -> texts(sink, texts));
          }
        };
    binaries.add(binary);
    sink.plain("],\"parameters\":{\"binary_data_size\":").number(binary.bytes()).plain("}}");
  }

  private static void texts(JsonSink sink, List<byte[]> texts) {
    for (byte[] text : texts) {
      sink.length(text.length);
      sink.raw(text);
    }
  }

  private static byte[] utf8(String text, Part part) {
    boolean lone =
        text.codePoints().anyMatch(point -> point <= 0xFFFF && Character.isSurrogate((char) point));
    if (lone) {
      throw new IllegalArgumentException("lone surrogate in output " + part.name());
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
