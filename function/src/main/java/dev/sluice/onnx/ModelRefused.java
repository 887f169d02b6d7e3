package dev.sluice.onnx;

/// A model file that cannot be served; the message is one line that names the file and what is
/// wrong.
public final class ModelRefused extends Exception {
  private static final long serialVersionUID = 1L;

  public ModelRefused(String message) {
    super(message);
  }

  public ModelRefused(String message, Throwable cause) {
    super(message, cause);
  }
}
