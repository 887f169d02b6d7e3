package dev.sluice.aws;

import java.util.Optional;

/// Which items of a partition are asked for.
///
/// @param from the first of their second parts
/// @param to the last
/// @param filter what must hold of them besides
record Range(String partition, String from, String to, Optional<Condition> filter) {
  // The last of all characters.
  private static final String LAST = "\uDBFF\uDFFF";

  static Range all(String partition) {
    return new Range(partition, " ", LAST, Optional.empty());
  }

  static Range from(String partition, String first) {
    return new Range(partition, first, LAST, Optional.empty());
  }

  /// Those whose second part begins so.
  static Range beginning(String partition, String with) {
    return new Range(partition, with, with + LAST, Optional.empty());
  }

  Range where(Optional<Condition> condition) {
    return new Range(partition, from, to, condition);
  }
}
