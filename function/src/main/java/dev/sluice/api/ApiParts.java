package dev.sluice.api;

import dev.sluice.admission.ByteBudget;
import dev.sluice.admission.ConcurrencyLimit;
import dev.sluice.admission.Gate;
import dev.sluice.admission.TrustedProxies;
import dev.sluice.experiment.FirstFeedback;
import dev.sluice.experiment.OutcomeToken;
import dev.sluice.inference.Buffers;
import dev.sluice.inference.ImageDecoder;
import dev.sluice.serving.Serving;
import dev.sluice.serving.WarmUp;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// What the API works with.
///
/// @param build the version of this service
/// @param models the versions of this instance
/// @param underWay the rollout that a model's requests are part of
/// @param bytes of bodies that there may be at once
/// @param pixels bytes of decoded pictures and of tensors that there may be at once
/// @param pictures limit of requests in flight at `/v1/infer`
/// @param texts the same at `/predict`
/// @param feedback the same at `/v1/feedback`
/// @param tensors the same at `/v2`
/// @param buffers for tensors; they are lent while there is room among the `pixels`
/// @param slots requests that the machine works on at once
/// @param openApi the OpenAPI document
/// @param console the page for operators
/// @param system what operators may know of this process
/// @param clock `System.nanoTime()`, or a test's
/// @param chance random bits of the calling thread
public record ApiParts(
    String build,
    Serving serving,
    WarmUp warmUp,
    Models models,
    RolloutParts rollouts,
    Function<String, Optional<OutcomeToken.Rollout>> underWay,
    ImageDecoder decoder,
    Gate gate,
    ByteBudget bytes,
    ByteBudget pixels,
    TrustedProxies proxies,
    ConcurrencyLimit pictures,
    ConcurrencyLimit texts,
    ConcurrencyLimit feedback,
    ConcurrencyLimit tensors,
    Buffers buffers,
    int slots,
    FirstFeedback firstFeedback,
    Readiness readiness,
    MetricsPage metrics,
    ApiListener listener,
    byte[] openApi,
    ConsoleAssets console,
    SystemParts system,
    LongSupplier clock,
    InstantSource instants,
    Supplier<RandomGenerator> chance) {}
