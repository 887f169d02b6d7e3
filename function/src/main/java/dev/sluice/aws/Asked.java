package dev.sluice.aws;

import dev.sluice.api.Field;
import dev.sluice.api.Head;
import dev.sluice.api.Headers;
import dev.sluice.api.Problem;
import dev.sluice.api.Refusal;
import dev.sluice.api.RequestLine;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A request as an event tells it, put back into the form that a socket would have brought it in.
///
/// @param target path and query, escaped as on the wire
/// @param peer who spoke to the gateway, by the gateway's word; empty where nobody did
/// @param body never changed after construction
record Asked(
    String method, String target, List<Field> fields, String peer, byte[] body, Shape shape)
    implements Headers {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
  private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");

  Asked {
    fields = fields.stream().map(field -> new Field(field.name(), field.value().strip())).toList();
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
    if (line.isPresent()) {
      return line;
    }
    if (fieldBytes() > Headers.MOST_BYTES) {
      return Optional.of(Refusal.headersTooLarge(Headers.MOST_BYTES));
    }
    return fields.stream().allMatch(Asked::isField)
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                Problem.BAD_REQUEST,
                "a header field has a name or a value that HTTP does not have"));
  }

  // RFC 9110, sections 5.1 and 5.5; blanks around a value are none of it.
  private static boolean isField(Field field) {
    return NAME.matcher(field.name()).matches() && VALUE.matcher(field.value()).matches();
  }

  private long fieldBytes() {
    return fields.stream().mapToLong(it -> (long) it.name().length() + it.value().length()).sum();
  }
}
