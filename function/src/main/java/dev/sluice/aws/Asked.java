package dev.sluice.aws;

import dev.sluice.api.Field;
import dev.sluice.api.Head;
import dev.sluice.api.Headers;
import dev.sluice.api.Refusal;
import dev.sluice.api.RequestLine;
import java.util.List;
import java.util.Optional;

/// A request as an event tells it, put back into the form that a socket would have brought it in.
///
/// @param target path and query, escaped as on the wire
/// @param peer who spoke to the gateway, by the gateway's word; empty where nobody did
/// @param body never changed after construction
record Asked(
    String method, String target, List<Field> fields, String peer, byte[] body, Shape shape)
    implements Headers {
  Asked {
    fields = List.copyOf(fields);
  }

  @Override
  public List<String> all(String name) {
    return fields.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(Field::value)
        .toList();
  }

  Head head(long nowNanos) {
    return new Head(method, target, this, peer, body.length, nowNanos);
  }

  /// Why it would not have come through a socket; none when it would.
  Optional<Refusal> flaw() {
    String version = "HTTP/1.1";
    if (method.length() + target.length() + version.length() + 2 > RequestLine.LONGEST) {
      return Optional.of(RequestLine.tooLong(RequestLine.LONGEST));
    }
    Optional<Refusal> line = RequestLine.flaw(method, target, version);
    return line.isPresent() || fieldBytes() <= Headers.MOST_BYTES
        ? line
        : Optional.of(Refusal.headersTooLarge(Headers.MOST_BYTES));
  }

  private long fieldBytes() {
    return fields.stream().mapToLong(it -> (long) it.name().length() + it.value().length()).sum();
  }
}
