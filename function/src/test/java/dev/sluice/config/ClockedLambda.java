package dev.sluice.config;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/// The function at a time that its events say, so that hours of a rollout are seconds of a test:
/// each event is `{"at": INSTANT, "event": what the function gets}`.
public final class ClockedLambda implements RequestStreamHandler {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse(System.getenv("CLOCK")));
  private final Lambda lambda = new Lambda(now::get);

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    JsonNode said = JSON.readTree(event);
    now.set(Instant.parse(said.path("at").asText()));
    lambda.handleRequest(
        new ByteArrayInputStream(JSON.writeValueAsBytes(said.path("event"))), answer, context);
  }
}
