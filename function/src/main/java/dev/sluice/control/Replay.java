package dev.sluice.control;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Makes every decision of a rollout again, from what was written down of it.
public final class Replay {
  private Replay() {}

  /// What a replay found.
  ///
  /// @param entries that were made again
  /// @param difference the first that came out otherwise
  public record Replayed(int entries, Optional<Difference> difference) {
    public boolean identical() {
      return difference.isEmpty();
    }
  }

  /// An entry that does not follow from those before it.
  ///
  /// @param recorded what was written
  /// @param recomputed what follows
  public record Difference(long revision, String recorded, String recomputed) {}

  /// Folds the entries of one rollout.
  ///
  /// @param entries all of them, in their order
  /// @param digest of a record, the one that its entries were written with
  public static Replayed of(List<Entry> entries, Function<RolloutRecord, String> digest) {
    Optional<RolloutRecord> last = Optional.empty();
    int done = 0;
    for (Entry entry : entries) {
      Optional<RolloutRecord> next = after(last, entry);
      String recomputed = next.map(digest).orElse("nothing follows");
      if (!recomputed.equals(entry.digest())) {
        return new Replayed(
            done, Optional.of(new Difference(entry.revision(), entry.digest(), recomputed)));
      }
      last = next;
      done++;
    }
    return new Replayed(done, Optional.empty());
  }

  /// The record that follows from an entry; empty where none does.
  static Optional<RolloutRecord> after(Optional<RolloutRecord> last, Entry entry) {
    if (entry.event() instanceof Event.Created created) {
      return last.isEmpty() ? Optional.of(created.draft()) : Optional.empty();
    }
    return last.map(before -> Advance.of(before, entry.event(), entry.at()))
        .flatMap(
            outcome ->
                switch (outcome) {
                  case Advance.Outcome.Next next -> Optional.of(next.record());
                  case Advance.Outcome.Nothing nothing -> Optional.empty();
                  case Advance.Outcome.Refused refused -> Optional.empty();
                  case Advance.Outcome.Deleted deleted -> Optional.empty();
                })
        .filter(next -> next.revision() == entry.revision());
  }
}
