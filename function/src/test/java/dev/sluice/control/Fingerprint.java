package dev.sluice.control;

/// A digest for tests that have no JSON: the text of a record says all of it.
final class Fingerprint {
  private Fingerprint() {}

  static String of(RolloutRecord record) {
    return Integer.toHexString(record.toString().hashCode());
  }
}
