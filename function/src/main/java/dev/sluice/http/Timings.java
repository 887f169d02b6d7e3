package dev.sluice.http;

import java.time.Duration;

/// How long the other end of a connection is waited for. Each is a limit on the whole of what it
/// names, not on the silence between two bytes: a drip does not extend it.
///
/// @param head from connecting, or from the first byte of a message, to the end of its head
/// @param body from the end of the head to the last byte of the body
/// @param write from handing an answer to the socket to its last byte leaving
/// @param event the same for a piece of an answer that goes on
/// @param idle from the end of an answer to the first byte of the next request
/// @param linger from our last word to the other end's, before the connection is cut
public record Timings(
    Duration head, Duration body, Duration write, Duration event, Duration idle, Duration linger) {

  public static Timings defaults() {
    return new Timings(
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        Duration.ofSeconds(75),
        Duration.ofSeconds(2));
  }
}
