package dev.sluice.api;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// One server-sent event (WHATWG HTML, section 9.2.6, "Interpreting an event stream").
///
///     id: 7
///     event: state
///     data: first line
///     data: second line
///
/// and an empty line. All three ways of ending a line end one there, so a carriage return within
/// the data could begin a field of its own; every line end of the data is sent as a new `data`
/// line, and comes out as a line feed.
///
/// @param id what a caller that comes back names in `Last-Event-ID`; empty: it goes on naming the
///     one before
/// @param name what callers listen for; one line
/// @param data anything
public record Event(OptionalLong id, String name, String data) {
  private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");

  public Event {
    if (name.isEmpty() || LINE_END.matcher(name).find()) {
      throw new IllegalArgumentException("the name of an event must be one line of text: " + name);
    }
  }

  /// What nobody listens for: a comment, by which a connection that is gone can be told from one
  /// on which nothing happens.
  public static byte[] heartbeat() {
    return utf8(": \n\n");
  }

  /// The event as it goes over the wire.
  public byte[] bytes() {
    var text = new StringBuilder();
    id.ifPresent(number -> text.append("id: ").append(number).append('\n'));
    text.append("event: ").append(name).append('\n');
    for (String line : LINE_END.split(data, -1)) {
      text.append("data: ").append(line).append('\n');
    }
    return utf8(text.append('\n').toString());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
