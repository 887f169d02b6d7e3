package dev.sluice.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// An answer of the Open Inference Protocol, as a client takes it apart.
record ProtocolAnswer(HttpResponse<byte[]> response) {
  private static final ObjectMapper JSON = new ObjectMapper();

  int status() {
    return response.statusCode();
  }

  Optional<String> field(String name) {
    return response.headers().firstValue(name);
  }

  String text() {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  ProtocolAnswer has(int status) {
    assertThat(status()).as(text()).isEqualTo(status);
    return this;
  }

  /// The JSON, without what follows it.
  JsonNode json() {
    try {
      return JSON.readTree(response.body(), 0, jsonBytes());
    } catch (IOException noJson) {
      throw new UncheckedIOException(text(), noJson);
    }
  }

  private int jsonBytes() {
    return field(ProtocolClient.LENGTH).map(Integer::parseInt).orElse(response.body().length);
  }

  /// The output of this name.
  JsonNode output(String name) {
    has(200);
    for (JsonNode output : json().path("outputs")) {
      if (output.path("name").asText().equals(name)) {
        return output;
      }
    }
    throw new AssertionError("no output " + name + ": " + text());
  }

  /// The bytes of the output of this name, which came in binary.
  byte[] bytes(String name) {
    JsonNode output = output(name);
    assertThat(field("Content-Type")).contains("application/octet-stream");
    assertThat(output.has("data")).as("data besides bytes").isFalse();
    int at = jsonBytes();
    for (JsonNode before : json().path("outputs")) {
      int size = before.at("/parameters/binary_data_size").asInt(0);
      if (before.equals(output)) {
        assertThat(before.at("/parameters/binary_data_size").isInt()).as(name).isTrue();
        return Arrays.copyOfRange(response.body(), at, at + size);
      }
      at += size;
    }
    throw new AssertionError("no bytes of " + name);
  }

  /// How many bytes follow the JSON.
  int bytesAfterJson() {
    return response.body().length - jsonBytes();
  }
}
