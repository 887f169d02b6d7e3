package dev.sluice.api;

import java.util.List;
import java.util.Optional;

/// The header fields of a request. Names are compared without case.
public interface Headers {
  /// Bytes that the fields of a message may have, names and values together.
  int MOST_BYTES = 8_192;

  /// Values of the fields of this name, in the order in which they came; empty when there is none.
  List<String> all(String name);

  /// The first value of the fields of this name.
  default Optional<String> first(String name) {
    List<String> values = all(name);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
  }
}
