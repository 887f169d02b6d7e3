package dev.sluice.control;

/// The store cannot be reached, or what it says cannot be read. Predictions do not need it; what
/// was to be written is not written.
public final class StoreUnavailable extends Exception {
  private static final long serialVersionUID = 1;

  public StoreUnavailable(String message, Throwable cause) {
    super(message, cause);
  }

  public StoreUnavailable(String message) {
    super(message);
  }
}
