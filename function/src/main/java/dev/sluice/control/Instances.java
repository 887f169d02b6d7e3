package dev.sluice.control;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Which processes there are and who of them acts. Thread-safe; blocks.
public interface Instances {
  /// One process says that it is there; its last word counts.
  void present(Presence presence) throws StoreUnavailable;

  /// Those that were heard of since.
  List<Presence> presentSince(Instant since) throws StoreUnavailable;

  /// Asks to act for all until a moment: granted to whoever has it, else to the first after it ran
  /// out. Only to save work: the revision is the lock.
  boolean lease(String holder, Instant now, Instant until) throws StoreUnavailable;

  /// Until when somebody acts for all, or did; empty where nobody ever has.
  Optional<Instant> leased() throws StoreUnavailable;

  /// How far a reader of the log has come; 0 before its first word.
  long cursor(String reader) throws StoreUnavailable;

  /// Moves it on; false when somebody else has.
  boolean move(String reader, long from, long to) throws StoreUnavailable;

  /// A process and the versions in its memory.
  record Presence(String process, Instant at, List<Held> versions) {
    public Presence {
      versions = List.copyOf(versions);
    }

    Optional<Held> of(String model, String version) {
      return versions.stream()
          .filter(held -> held.model().equals(model) && held.version().equals(version))
          .findFirst();
    }
  }

  /// A version in a process.
  ///
  /// @param text why it could not be loaded, or what is wrong with it; may be empty
  record Held(String model, String version, Condition condition, String text) {}

  /// How a version is.
  enum Condition {
    LOADING,
    HEALTHY,
    DEGRADED,
    UNHEALTHY,
    FAILED
  }
}
