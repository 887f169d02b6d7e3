package dev.sluice.api;

/// One picture as it came: bytes of a file, or why there are none.
sealed interface Encoded {
  /// Bytes of a PNG or JPEG file.
  record File(byte[] bytes) implements Encoded {}

  /// The item cannot be used; its neighbours can.
  record Broken(Problem problem, String detail) implements Encoded {}
}
