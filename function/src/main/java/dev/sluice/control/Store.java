package dev.sluice.control;

import java.time.Instant;

/// Where everything is kept that outlives a process. Thread-safe; blocks; every method may say that
/// it is away.
public interface Store extends Rollouts, Reports, Instances, AutoCloseable {
  /// Once per exposure: whether this is the first word about it.
  ///
  /// @param exposure names it
  /// @param now what ran out before is forgotten
  /// @param forget when it runs out
  boolean first(String exposure, Instant now, Instant forget) throws StoreUnavailable;

  /// Keeps so many of the newest finished rollouts, and as many drafts, and forgets the older ones
  /// with all their entries.
  void forgetRollouts(int keep) throws StoreUnavailable;

  @Override
  void close();
}
