package dev.sluice.docs;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// An answer as tritonclient reads it, and nothing else of it: the status, one header, `error` of
/// what is not a 200, `outputs`, and the tensors behind the JSON at the places that the sizes of
/// those before them add up to.
///
/// @param headerLength of `Inference-Header-Content-Length`
record InferResult(int status, Optional<String> headerLength, byte[] body) {
  private static final String SIZE = "binary_data_size";

  /// The JSON of an answer; a refusal is thrown.
  JsonNode response() {
    if (status != 200) {
      throw new IllegalStateException("[" + status + "] " + message());
    }
    return json();
  }

  /// The sentence of a refusal, from the only member that the client reads.
  String message() {
    JsonNode error = json().path("error");
    if (status == 200 || !error.isTextual()) {
      throw new IllegalStateException("no refusal with an error: " + status + " " + json());
    }
    return error.asText();
  }

  private JsonNode json() {
    int length = headerLength.map(Integer::parseInt).orElse(body.length);
    return OpenApi.json(new String(body, 0, length, StandardCharsets.UTF_8));
  }

  /// The shape of an output, as Python prints a tuple.
  String shape(String name) {
    List<String> lengths = new ArrayList<>();
    output(name).path("shape").forEach(length -> lengths.add(length.asText()));
    return "(" + String.join(", ", lengths) + ")";
  }

  /// The values of an output of floats.
  List<Float> floats(String name) {
    JsonNode output = output(name);
    List<Float> values = new ArrayList<>();
    if (output.path("parameters").has(SIZE)) {
      ByteBuffer tensor = tensor(output);
      while (tensor.hasRemaining()) {
        values.add(tensor.getFloat());
      }
    } else {
      output.path("data").forEach(value -> values.add((float) value.asDouble()));
    }
    if (!output.path("datatype").asText().equals("FP32") || values.size() != elements(output)) {
      throw new IllegalStateException("cannot be reshaped: " + output);
    }
    return values;
  }

  int argmax(String name) {
    List<Float> values = floats(name);
    return values.indexOf(values.stream().max(Float::compare).orElseThrow());
  }

  /// The values of an output of texts, which must be binary.
  List<String> texts(String name) {
    ByteBuffer tensor = tensor(output(name));
    List<String> texts = new ArrayList<>();
    while (tensor.hasRemaining()) {
      byte[] text = new byte[tensor.getInt()];
      tensor.get(text);
      texts.add(new String(text, StandardCharsets.UTF_8));
    }
    if (texts.size() != elements(output(name))) {
      throw new IllegalStateException("cannot be reshaped: " + output(name));
    }
    return texts;
  }

  private JsonNode output(String name) {
    for (JsonNode output : response().path("outputs")) {
      if (output.path("name").asText().equals(name)) {
        return output;
      }
    }
    throw new IllegalStateException("no output " + name + ": " + response());
  }

  private static int elements(JsonNode output) {
    int elements = 1;
    for (JsonNode length : output.path("shape")) {
      elements *= length.asInt();
    }
    return elements;
  }

  private ByteBuffer tensor(JsonNode wanted) {
    int at = Integer.parseInt(headerLength.orElseThrow());
    for (JsonNode output : response().path("outputs")) {
      int size = output.path("parameters").path(SIZE).asInt(0);
      if (output.path("name").equals(wanted.path("name"))) {
        byte[] tensor = Arrays.copyOfRange(body, at, at + size);
        return ByteBuffer.wrap(tensor).order(ByteOrder.LITTLE_ENDIAN);
      }
      at += size;
    }
    throw new IllegalStateException("not there: " + wanted);
  }
}
