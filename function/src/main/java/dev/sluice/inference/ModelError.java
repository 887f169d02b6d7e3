package dev.sluice.inference;

/// A run that gave no answer. The message is for logs, never for a caller.
public final class ModelError extends Exception {
  private static final long serialVersionUID = 1L;

  /// Why a run gave no answer.
  public enum Kind {
    /// The runtime refused the values that it was given.
    INVALID_ARGUMENT,
    /// The run broke.
    FAILED,
    /// The run was ended because its deadline had passed.
    CANCELLED
  }

  private final Kind kind;

  public ModelError(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public ModelError(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
