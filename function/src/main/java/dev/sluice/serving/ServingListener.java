package dev.sluice.serving;

import dev.sluice.experiment.Outcome;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Version;
import dev.sluice.routing.Reason;

/// Hears what happens on the request's way, on the thread that does it; must be quick.
public interface ServingListener {
  /// A variant was chosen.
  void assigned(Version version, Reason reason);

  /// A prediction ended after its variant was chosen.
  void ended(Version version, Outcome outcome);

  /// The chosen version had no room for a prediction, or no turn in time; nothing was run.
  void turnedAway(Version version);

  /// A prediction left its version, whatever became of it: once for each that was assigned.
  void left(Version version);

  /// A version gave no answer; the error is for logs.
  ///
  /// @param traceId names the request in logs
  void failed(Version version, ModelError error, String traceId);

  /// A shadow copy ended.
  void shadowed(Version version, ShadowResult result);

  /// What became of a shadow copy.
  sealed interface ShadowResult {
    /// Both answered.
    ///
    /// @param agreed rows with the same most probable class
    /// @param rows rows that were compared
    /// @param distance mean total variation distance of the rows, 0 to 1
    record Compared(int agreed, int rows, double distance) implements ShadowResult {}

    /// Both answered, with what has no classes to compare.
    record Incomparable() implements ShadowResult {}

    /// The shadow gave no answer.
    record Failed() implements ShadowResult {}

    /// There was no room for it.
    record Dropped() implements ShadowResult {}
  }
}
