package dev.sluice.api;

/// A request whose query or header fields cannot be taken. The message is for the caller.
final class BadHead extends Exception {
  private static final long serialVersionUID = 1L;

  BadHead(String detail) {
    super(detail);
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
