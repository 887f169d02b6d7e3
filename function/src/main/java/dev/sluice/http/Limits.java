package dev.sluice.http;

import dev.sluice.api.Headers;
import dev.sluice.api.RequestLine;

/// How much one connection, and all of them together, may ask of the shell.
///
/// @param connections open at once; one more is closed as soon as it is accepted
/// @param lineBytes of a request line
/// @param headerBytes of all header fields of a message, and again of its trailers
/// @param pieces that a body of undeclared length may come in: tiny chunks cost far more than their
///     bytes
/// @param streams of events that go on at once; one more is refused, so that streams leave
///     connections to others
/// @param dropBytes of a body nobody wants that are read to keep the connection
public record Limits(
    int connections, int streams, int lineBytes, int headerBytes, int pieces, int dropBytes) {

  public static Limits defaults() {
    return new Limits(4_096, 64, RequestLine.LONGEST, Headers.MOST_BYTES, 4_096, 65_536);
  }

  public Limits withConnections(int most) {
    return new Limits(most, streams, lineBytes, headerBytes, pieces, dropBytes);
  }
}
