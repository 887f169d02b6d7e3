package dev.sluice.oip;

import java.util.OptionalInt;

/// An output that a request asks for.
///
/// @param port its index among the signature's outputs
/// @param classes how many of the highest values are asked for, as `value:index:label`, instead of
///     the tensor; at least 1
public record Wanted(int port, Form form, OptionalInt classes) {
  /// How its values are written.
  public enum Form {
    /// As `data` within the JSON.
    JSON,
    /// After the JSON, little-endian.
    BINARY
  }
}
