package dev.sluice.api;

import dev.sluice.routing.SigningKeys;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// What an operator may set about the API.
///
/// @param defaultModel the model behind `/v1/infer`
/// @param sentenceModel the model behind `sentence` at `/predict`
/// @param smsModel the model behind `sms` at `/predict`
/// @param maxBatch items that one request may have
/// @param maxPixels pixels that the pictures of one request may have together
/// @param deadline from the head of a request to its answer
/// @param stickyCookie name of the cookie; empty: none
/// @param adapters to other platforms' contracts
/// @param feedbackLife how long after an answer it may be said whether it was a good one
public record ApiRules(
    String defaultModel,
    String sentenceModel,
    String smsModel,
    int maxBatch,
    int maxBodyBytes,
    long maxPixels,
    Duration deadline,
    String callerKeyHeader,
    Optional<String> stickyCookie,
    SigningKeys signingKeys,
    Duration feedbackLife,
    ExperimentHeader experimentHeader,
    Optional<String> adminToken,
    Optional<String> viewerToken,
    Set<String> apiKeys,
    Adapters adapters) {

  /// Whether `X-Experiment-Group` means something.
  public enum ExperimentHeader {
    ON,
    OFF
  }

  public ApiRules {
    apiKeys = Set.copyOf(apiKeys);
  }
}
