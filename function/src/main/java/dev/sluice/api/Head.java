package dev.sluice.api;

/// Everything of a request that comes before its body, checked by the shell for framing only.
///
/// @param method upper-case token
/// @param target origin form, as it was sent: path, and the query after `?`
/// @param peer address of the other end of the connection, without port
/// @param contentLength bytes of the body, 0 when there is none, [#UNKNOWN] when it comes in chunks
/// @param arrivedNanos when the head was complete, on the clock of `System.nanoTime()`
public record Head(
    String method,
    String target,
    Headers headers,
    String peer,
    long contentLength,
    long arrivedNanos) {
  public static final long UNKNOWN = -1;
}
