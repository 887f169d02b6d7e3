package dev.sluice.api;

/// What was decided from the head of a request, before its body is read.
public sealed interface Entrance {
  /// There is an answer already: a refusal, or something so cheap that it needs neither body nor
  /// another thread. The shell drops what is left of the body, or closes.
  record Answered(Response response) implements Entrance {}

  /// The request may come in: the shell reads its body and asks the exchange, on a thread that may
  /// block.
  record Open(Exchange exchange) implements Entrance {}

  /// The request is for the framework behind the shell (management endpoints) and may reach it:
  /// who asks was checked. A shell without a framework answers [Problem#NOT_FOUND].
  record PassOn() implements Entrance {}
}
