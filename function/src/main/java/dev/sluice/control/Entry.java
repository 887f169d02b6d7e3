package dev.sluice.control;

import dev.sluice.rollout.RolloutId;
import java.time.Instant;
import java.util.Optional;

/// One line of a rollout's record: what happened and what came of it. Written together with the
/// rollout that it made.
///
/// @param revision that it made; 0 for the draft
/// @param change what was decided; empty where only the evidence grew
/// @param digest of the rollout that it made, as text: `replay` has to come to the same
/// @param request which request of a client did it, where a client named it
public record Entry(
    RolloutId rollout,
    String model,
    long revision,
    Instant at,
    Event event,
    Optional<Change> change,
    String digest,
    Optional<Request> request) {

  /// What an event made.
  ///
  /// @param made the rollout as it is written with this entry
  static Entry of(
      RolloutRecord made,
      Instant at,
      Event event,
      Optional<Change> change,
      String digest,
      Optional<Request> request) {
    return new Entry(made.id(), made.model(), made.revision(), at, event, change, digest, request);
  }

  /// A request that is done once however often it is sent.
  ///
  /// @param key what the client calls it
  /// @param digest of what it asked for: the same key for something else is a mistake
  public record Request(String key, String digest) {}

  /// An entry and its place in the record of all rollouts. Later ones have larger numbers.
  public record Logged(long sequence, Entry entry) {}
}
