package dev.sluice.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Writes JSON documents as bytes. Thread-safe.
final class JsonText {
  private static final int USUAL_BYTES = 512;

  private final JsonFactory factory =
      JsonFactory.builder()
          .recyclerPool(JsonRecyclerPools.newBoundedPool(StrictJson.BUFFERS_KEPT))
          .build();

  /// What writes one document.
  interface Writing {
    void write(JsonGenerator json) throws IOException;
  }

  byte[] write(Writing writing) {
    try (var bytes = new ByteArrayBuilder(USUAL_BYTES)) {
      try (JsonGenerator json = factory.createGenerator(bytes)) {
        writing.write(json);
      }
      return bytes.toByteArray();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
