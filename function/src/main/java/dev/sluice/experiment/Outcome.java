package dev.sluice.experiment;

/// What became of one prediction after its variant was chosen.
///
/// @param model name of the model
/// @param version name of the version that was to answer
/// @param result how it ended
/// @param counted whether it is an exposure
/// @param latencyNanos from the choice of the variant to the answer, nanoseconds
public record Outcome(
    String model, String version, Result result, Counted counted, long latencyNanos) {

  /// How a prediction ended.
  public enum Result {
    OK,
    ERROR,
    TIMEOUT
  }

  /// Whether a prediction says something about its variant. What is no exposure is left out of both
  /// arms, for a reason that was known before it ended.
  public enum Counted {
    /// The router chose: an exposure.
    EXPOSURE,
    /// The caller chose the variant by a header.
    OVERRIDE,
    /// A proxy sent it again after it had failed: whoever fails is asked more often.
    RETRY,
    /// This process had only just become ready, and was slow for that.
    COLD
  }
}
