package dev.sluice.oip;

/// An infer request that cannot be taken: it is malformed, does not fit its model, or is too large.
/// It has no stack trace: it is an answer, and bad requests must not be dearer than good ones.
public final class BadRequest extends Exception {
  private static final long serialVersionUID = 1L;

  /// Whose answer it is.
  public enum Kind {
    /// Not the protocol, or not this model's signature (400).
    MALFORMED,
    /// More than a limit of this service allows (413).
    TOO_LARGE
  }

  private final Kind kind;
  private final String pointer;

  BadRequest(Kind kind, String pointer, String detail) {
    super(detail, null, false, false);
    this.kind = kind;
    this.pointer = pointer;
  }

  static BadRequest malformed(String pointer, String detail) {
    return new BadRequest(Kind.MALFORMED, pointer, detail);
  }

  static BadRequest tooLarge(String pointer, String detail) {
    return new BadRequest(Kind.TOO_LARGE, pointer, detail);
  }

  public Kind kind() {
    return kind;
  }

  /// JSON pointer (RFC 6901) to the place, such as `/inputs/0/data/3`; empty for the whole body,
  /// the input for its binary part.
  public String pointer() {
    return pointer;
  }

  /// What is wrong there and what would be right, for the caller.
  public String detail() {
    return String.valueOf(getMessage());
  }
}
