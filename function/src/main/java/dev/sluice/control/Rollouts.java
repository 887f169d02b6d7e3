package dev.sluice.control;

import dev.sluice.rollout.RolloutId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The record of all rollouts and the standing splits. What was written is on disk. Thread-safe;
/// blocks.
public interface Rollouts {
  /// Those that were started and are not over, at most one of each model.
  List<RolloutRecord> active() throws StoreUnavailable;

  Optional<RolloutRecord> find(RolloutId id) throws StoreUnavailable;

  /// The newest first.
  default List<RolloutRecord> list(Filter filter) throws StoreUnavailable {
    return list(filter, Function.identity());
  }

  /// The same, each turned into what is wanted of it as soon as it was read: all of them at once
  /// may be more than there is memory for.
  <T> List<T> list(Filter filter, Function<RolloutRecord, T> as) throws StoreUnavailable;

  /// Which rollouts or entries are asked for.
  ///
  /// @param limit how many at most
  record Filter(Optional<String> model, Optional<String> tag, int limit) {
    public static final int MOST = 1_000;

    public Filter {
      if (limit < 1 || limit > MOST) {
        throw new IllegalArgumentException("limit must be 1.." + MOST + ": " + limit);
      }
    }

    public static Filter newest(int limit) {
      return new Filter(Optional.empty(), Optional.empty(), limit);
    }
  }

  Settings settings() throws StoreUnavailable;

  /// Writes all of it or nothing.
  Written write(Write write) throws StoreUnavailable;

  /// What is to be written at once. Revisions are one above those that were read, or 0 for a new
  /// rollout: the write is refused if somebody else was first.
  ///
  /// @param settings where the standing splits change with it
  /// @param entry what happened to the rollout
  record Write(RolloutRecord rollout, Optional<Settings> settings, Entry entry) {}

  /// Writes standing splits, where no rollout changes with them.
  Written write(Settings next) throws StoreUnavailable;

  /// Forgets a draft of this revision, with its entries.
  Written delete(RolloutId draft, long revision) throws StoreUnavailable;

  /// What became of a write.
  enum Written {
    WRITTEN,
    /// Somebody else was first.
    STALE,
    /// Another rollout is active on the model.
    OCCUPIED,
    /// A request of this key was already done.
    REPEATED
  }

  /// Entries of one rollout in their order.
  ///
  /// @param after revision; -1: from the first
  List<Entry.Logged> entries(RolloutId id, long after, int limit) throws StoreUnavailable;

  /// Entries of all rollouts in their order.
  ///
  /// @param after sequence number; 0: from the first
  List<Entry.Logged> log(long after, int limit) throws StoreUnavailable;

  /// The number of the last entry; 0 when there is none.
  long lastSequence() throws StoreUnavailable;

  /// Entries with a change, the newest first.
  List<Entry.Logged> history(Filter filter) throws StoreUnavailable;

  /// Entries of one rollout with a change, the newest first. Those without one, which are most of
  /// them, are not read.
  ///
  /// @param limit how many at most
  List<Entry.Logged> history(RolloutId id, int limit) throws StoreUnavailable;

  /// The entry that a client's request made.
  Optional<Entry.Logged> requested(String key) throws StoreUnavailable;
}
