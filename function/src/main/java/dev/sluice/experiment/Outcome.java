package dev.sluice.experiment;

/// What became of one prediction after its variant was chosen.
///
/// @param model name of the model
/// @param version name of the version that was to answer
/// @param result how it ended
/// @param counted whether it is an exposure
/// @param latencyNanos from the head of the request to the answer, nanoseconds
public record Outcome(
    String model, String version, Result result, Counted counted, long latencyNanos) {

  /// How a prediction ended.
  public enum Result {
    OK,
    ERROR,
    TIMEOUT
  }

  /// Whether a prediction says something about its variant.
  public enum Counted {
    /// The router chose: an exposure.
    EXPOSURE,
    /// The caller chose the variant by a header.
    OVERRIDE
  }
}
