package dev.sluice.api;

import dev.sluice.control.Commands;
import dev.sluice.control.Entry;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.StoreUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What the API of rollouts works with.
///
/// @param window that a plan has where it says nothing
/// @param model that a rollout is of where it says nothing
public record RolloutParts(
    Commands commands, Forecast forecast, Feed feed, Duration window, String model) {

  /// Guesses how long a draft would take, by the traffic of late. Thread-safe; may block.
  public interface Forecast {
    /// Empty where it is not known, or the promotion never comes.
    Optional<Duration> toPromotion(RolloutRecord draft);
  }

  /// Tells of new entries as they are written. Thread-safe; blocks.
  public interface Feed {
    /// Entries after a sequence number, in their order, as soon as there are any; none when there
    /// were none for so long.
    List<Entry.Logged> await(long after, Duration atMost)
        throws StoreUnavailable, InterruptedException;
  }
}
