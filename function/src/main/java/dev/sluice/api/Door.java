package dev.sluice.api;

/// The way in for every shell: Netty, Lambda. Thread-safe.
public interface Door {
  /// Decides from the head. Never blocks, never throws for anything that a caller sent.
  Entrance enter(Head head);

  /// The answer to something that is not a request that `enter` could be asked about: a broken
  /// request line, a header that is too long, a head that never ends.
  Response refuse(Problem problem, String detail);
}
