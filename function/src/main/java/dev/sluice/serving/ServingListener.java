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
  void ended(Outcome outcome);

  /// A version gave no answer; the error is for logs.
  void failed(Version version, ModelError error);

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

    /// The shadow gave no answer.
    record Failed() implements ShadowResult {}

    /// There was no room for it.
    record Dropped() implements ShadowResult {}
  }
}
