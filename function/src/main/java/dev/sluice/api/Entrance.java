package dev.sluice.api;

import java.util.List;

/// What was decided from the head of a request, before its body is read.
public sealed interface Entrance {
  /// There is an answer already: a refusal, or something so cheap that it needs neither body nor
  /// another thread. The shell drops what is left of the body, or closes.
  record Answered(Response response) implements Entrance {}

  /// The request may come in: the shell reads its body and asks the exchange, on a thread that may
  /// block.
  record Open(Exchange exchange) implements Entrance {}

  /// The answer goes on: once its head is written, the stream has a thread to itself and the
  /// connection for as long as both last. A body is not read.
  record Stream(EventStream stream) implements Entrance {}

  /// The request is for the framework behind the shell (management endpoints) and may reach it:
  /// who asks was checked. A shell without a framework answers [Problem#NOT_FOUND].
  ///
  /// @param fields that the framework's answer gets on its way out
  record PassOn(List<Field> fields) implements Entrance {
    public PassOn {
      fields = List.copyOf(fields);
    }
  }
}
