package dev.sluice.config;

import dev.sluice.admission.TrustedProxies;
import dev.sluice.announce.Target;
import dev.sluice.api.Adapters;
import dev.sluice.api.SystemParts;
import dev.sluice.aws.OutsideAddress;
import dev.sluice.routing.SigningKeys;
import dev.sluice.routing.Strategy;
import dev.sluice.store.StoreAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// Everything that can be set, checked as a whole at start. [SettingsTable] says what each means.
///
/// @param shown each setting as operators may see it
record Settings(
    Network network,
    Adapters adapters,
    Models models,
    Routing routing,
    Limits limits,
    Batching batching,
    Access access,
    Feedback feedback,
    Rollouts rollouts,
    Output output,
    List<SystemParts.Setting> shown) {

  /// Where the service listens and how it leaves.
  record Network(
      String host,
      int port,
      int eventLoops,
      int maxConnections,
      Duration drain,
      TrustedProxies trustedProxies) {}

  /// Where the models are.
  record Models(
      Path versionA,
      Path versionB,
      Path folder,
      String sentence,
      String sms,
      Path data,
      int validationMegabytes) {}

  /// The default model's standing split, and how callers are known.
  record Routing(
      double weightA,
      double weightB,
      Switch canary,
      Switch shadow,
      double shadowSample,
      Strategy strategy,
      Optional<String> stickyCookie,
      String callerKeyHeader,
      Switch experimentHeader,
      Optional<SigningKeys> signingKeys) {}

  /// What protects the service.
  record Limits(
      double callerRate,
      int callerBurst,
      double globalRate,
      int maxBodyBytes,
      int maxBatch,
      Duration deadline,
      long maxPixels,
      int maxImageSide,
      OptionalLong maxInFlightBytes) {}

  /// How rows of several requests share a run.
  record Batching(OptionalInt maxSize, Duration maxDelay, int runners) {}

  /// Who may do what.
  record Access(Optional<String> adminToken, Optional<String> viewerToken, Set<String> apiKeys) {}

  /// What may be said of answers, later.
  ///
  /// @param life how long after an answer
  record Feedback(Duration life) {}

  /// How rollouts are kept and judged.
  ///
  /// @param store where they are kept; empty: in a file of the data folder
  /// @param mode what this process has to do with them
  /// @param targets models whose traffic is split outside of the processes
  /// @param window that a plan has where it says nothing
  /// @param tick time between two looks at them
  /// @param mostActive at once, on different models
  record Rollouts(
      Optional<StoreAddress> store,
      Mode mode,
      List<OutsideAddress> targets,
      Duration window,
      Duration tick,
      int mostActive) {}

  /// What is written where, and who is told.
  record Output(
      LogFormat logFormat,
      Optional<String> tracesEndpoint,
      Optional<Target> webhook,
      Switch greeting) {}

  /// What a process has to do with rollouts.
  enum Mode {
    /// It may judge them, for all.
    CONTROL,
    /// It counts, and follows.
    SERVE
  }

  /// Whether something is done.
  enum Switch {
    ON,
    OFF
  }

  /// How log lines look.
  enum LogFormat {
    /// JSON, but text on a terminal.
    AUTO,
    JSON,
    TEXT
  }
}
