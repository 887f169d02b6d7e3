package dev.sluice.api;

import java.util.List;

/// A body that cannot be taken as a whole: it is not strict JSON, or it does not have the members
/// that this endpoint knows.
final class BadBody extends Exception {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // never serialised
  private final List<Problems.Fault> faults;

  /// @param pointer JSON pointer (RFC 6901) to the place; empty for the whole body
  /// @param detail what is wrong there and what would be right, for the caller
  BadBody(String pointer, String detail) {
    super(detail);
    this.faults = List.of(new Problems.Fault(pointer, detail));
  }

  /// @param faults all that is wrong, at least one
  BadBody(List<Problems.Fault> faults) {
    super(summary(faults));
    this.faults = List.copyOf(faults);
  }

  private static String summary(List<Problems.Fault> faults) {
    Problems.Fault first = faults.getFirst();
    String one = first.pointer() + ": " + first.detail();
    return faults.size() == 1
        ? one
        : "%s; and %d more, see errors".formatted(one, faults.size() - 1);
  }

  List<Problems.Fault> faults() {
    return faults;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
