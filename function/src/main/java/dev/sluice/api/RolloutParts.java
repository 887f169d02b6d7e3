package dev.sluice.api;

import dev.sluice.control.Commands;
import dev.sluice.control.Entry;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.StoreUnavailable;
import java.time.Duration;
import java.util.List;

/// What the API of rollouts works with.
///
/// @param window that a plan has where it says nothing
/// @param model that a rollout is of where it says nothing
public record RolloutParts(
    Commands commands, Forecast forecast, Feed feed, Duration window, String model) {

  /// Guesses how long a draft would take, by the traffic of late. Thread-safe; may block.
  public interface Forecast {
    Guess toPromotion(RolloutRecord draft);

    /// The time to the promotion, or why nobody can say.
    sealed interface Guess {
      record After(Duration time) implements Guess {}

      /// This instance has answered nothing of the model of late.
      record NoTraffic() implements Guess {}

      /// With this traffic the proof comes to no end, or the plan has a guard of which that cannot
      /// be foretold.
      record NoProof() implements Guess {}
    }
  }

  /// Tells of new entries as they are written. Thread-safe; blocks.
  public interface Feed {
    /// Entries after a sequence number, in their order, as soon as there are any; none when there
    /// were none for so long.
    List<Entry.Logged> await(long after, Duration atMost)
        throws StoreUnavailable, InterruptedException;
  }
}
