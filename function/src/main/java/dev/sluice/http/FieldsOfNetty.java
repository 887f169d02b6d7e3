package dev.sluice.http;

import dev.sluice.api.Headers;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Optional;

/// Netty's header fields, as the application reads them.
record FieldsOfNetty(HttpHeaders fields) implements Headers {
  @Override
  public List<String> all(String name) {
    return fields.getAll(name);
  }

  @Override
  public Optional<String> first(String name) {
    return Optional.ofNullable(fields.get(name));
  }
}
