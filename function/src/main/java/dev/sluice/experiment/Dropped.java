package dev.sluice.experiment;

/// Why the counts of a process are in no window, of neither arm.
public enum Dropped {
  /// They cannot be counts.
  INVALID,
  /// Their window had been closed.
  LATE,
  /// A window that this process had reported, or one before it.
  OUT_OF_ORDER,
  /// The process was not known and had not just started: how much of it belongs to the window
  /// cannot be said.
  FIRST_SIGHT,
  /// Its share changed meanwhile.
  SHARE_CHANGED,
  /// Most requests of the window were split by another share.
  MIXED_SHARES,
  /// A clock was changed: the window has a length that no window has, or the report comes from the
  /// future.
  CLOCK_JUMP
}
