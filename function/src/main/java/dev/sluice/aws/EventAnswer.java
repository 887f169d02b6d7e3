package dev.sluice.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sluice.api.Field;
import dev.sluice.api.Response;
import io.micronaut.http.HttpStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// An answer as whoever sent the event reads it.
///
/// Text goes as text, for a REST API passes base64 on undecoded where its binary media types do
/// not name the content type; anything else goes as base64. Where one value a name is taken,
/// several become one, separated by commas, but cookies: of those the last survives.
///
/// Thread-safe.
final class EventAnswer {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String COOKIE = "set-cookie";

  private EventAnswer() {}

  /// The bytes of the JSON object that the function returns.
  static byte[] of(Response response, Shape shape) {
    var bytes = new ByteArrayOutputStream(response.body().length + 512);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeNumberField("statusCode", response.status());
      switch (shape) {
        case REST -> multiple(json, response.fields());
        case HTTP -> withCookies(json, response.fields());
        case BALANCER -> {
          describe(json, response.status());
          multiple(json, response.fields());
        }
        case BALANCER_SINGLE -> {
          describe(json, response.status());
          single(json, response.fields());
        }
        case INVOCATION -> single(json, response.fields());
      }
      body(json, response);
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static void describe(JsonGenerator json, int status) throws IOException {
    json.writeStringField("statusDescription", status + " " + HttpStatus.getDefaultReason(status));
  }

  private static void multiple(JsonGenerator json, List<Field> fields) throws IOException {
    json.writeObjectFieldStart("multiValueHeaders");
    for (Named named : byName(fields)) {
      json.writeArrayFieldStart(named.name());
      for (String value : named.values()) {
        json.writeString(value);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void single(JsonGenerator json, List<Field> fields) throws IOException {
    json.writeObjectFieldStart("headers");
    for (Named named : byName(fields)) {
      json.writeStringField(
          named.name(),
          named.isCookie() ? named.values().getLast() : String.join(", ", named.values()));
    }
    json.writeEndObject();
  }

  private static void withCookies(JsonGenerator json, List<Field> fields) throws IOException {
    single(json, fields.stream().filter(it -> !it.name().equalsIgnoreCase(COOKIE)).toList());
    json.writeArrayFieldStart("cookies");
    for (Field field : fields) {
      if (field.name().equalsIgnoreCase(COOKIE)) {
        json.writeString(field.value());
      }
    }
    json.writeEndArray();
  }

  private static void body(JsonGenerator json, Response response) throws IOException {
    Optional<String> text = text(response);
    json.writeBooleanField("isBase64Encoded", text.isEmpty());
    json.writeStringField(
        "body", text.orElseGet(() -> Base64.getEncoder().encodeToString(response.body())));
  }

  private static Optional<String> text(Response response) {
    if (response.body().length == 0) {
      return Optional.of("");
    }
    boolean textual =
        response.fields().stream()
            .filter(field -> field.name().equalsIgnoreCase("content-type"))
            .anyMatch(field -> textual(field.value().toLowerCase(Locale.ROOT)));
    boolean coded =
        response.fields().stream()
            .anyMatch(field -> field.name().equalsIgnoreCase("content-encoding"));
    if (!textual || coded) {
      return Optional.empty();
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(response.body());
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException binary) {
      return Optional.empty();
    }
  }

  private static boolean textual(String type) {
    return type.startsWith("text/")
        || type.startsWith("application/json")
        || type.startsWith("application/problem+json")
        || type.startsWith("application/yaml")
        || type.startsWith("application/openmetrics-text");
  }

  private record Named(String name, List<String> values) {
    boolean isCookie() {
      return name.equalsIgnoreCase(COOKIE);
    }
  }

  private static List<Named> byName(List<Field> fields) {
    Map<String, Named> named = new LinkedHashMap<>();
    for (Field field : fields) {
      named
          .computeIfAbsent(
              field.name().toLowerCase(Locale.ROOT),
              first -> new Named(field.name(), new ArrayList<>()))
          .values()
          .add(field.value());
    }
    return List.copyOf(named.values());
  }
}
