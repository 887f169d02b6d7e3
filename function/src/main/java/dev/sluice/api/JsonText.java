package dev.sluice.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Writes JSON documents as bytes. Thread-safe.
final class JsonText {
  private final JsonFactory factory;

  JsonText(JsonFactory factory) {
    this.factory = factory;
  }

  /// What writes one document.
  interface Writing {
    void write(JsonGenerator json) throws IOException;
  }

  byte[] write(Writing writing) {
    try (var bytes = new ByteArrayBuilder(factory._getBufferRecycler(), 500)) {
      try (JsonGenerator json = factory.createGenerator(bytes)) {
        writing.write(json);
      }
      return bytes.toByteArray();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
