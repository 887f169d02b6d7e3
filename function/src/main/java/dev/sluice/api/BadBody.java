package dev.sluice.api;

/// A body that cannot be taken as a whole: it is not strict JSON, or it does not have the members
/// that this endpoint knows.
final class BadBody extends Exception {
  private static final long serialVersionUID = 1L;

  private final String pointer;

  /// @param pointer JSON pointer (RFC 6901) to the place; empty for the whole body
  /// @param detail what is wrong there and what would be right, for the caller
  BadBody(String pointer, String detail) {
    super(detail);
    this.pointer = pointer;
  }

  String pointer() {
    return pointer;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
