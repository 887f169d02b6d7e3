package dev.sluice.announce;

/// Hears what becomes of announcements. Thread-safe; must be quick.
public interface Deliveries {
  /// Whoever is told said so.
  void delivered();

  /// It will be tried again.
  void retried();

  /// It will not.
  void failed();
}
