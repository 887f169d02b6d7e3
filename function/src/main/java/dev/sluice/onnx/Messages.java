package dev.sluice.onnx;

import org.jspecify.annotations.Nullable;

/// Makes one short line of what the runtime says.
final class Messages {
  private static final int LONGEST = 300;

  private Messages() {}

  // The runtime's exceptions may have no message.
  static String oneLine(@Nullable String message) {
    if (message == null) {
      return "no reason given";
    }
    String line = message.replaceAll("\\s+", " ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
