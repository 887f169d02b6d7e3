package dev.sluice.telemetry;

import dev.sluice.api.ApiListener;
import dev.sluice.api.Endpoint;
import dev.sluice.api.Problem;
import dev.sluice.api.Trace;
import dev.sluice.experiment.Outcome;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Version;
import dev.sluice.routing.Reason;
import dev.sluice.serving.ServingListener;
import java.util.Optional;

/// Passes on all that it hears. Whoever listens in overrides what it is interested in, and passes
/// that on, too.
abstract class Passing implements ApiListener, ServingListener {
  private final ApiListener nextApi;
  private final ServingListener nextServing;

  Passing(ApiListener nextApi, ServingListener nextServing) {
    this.nextApi = nextApi;
    this.nextServing = nextServing;
  }

  @Override
  public void answered(Answered request) {
    nextApi.answered(request);
  }

  @Override
  public void refused(Problem problem) {
    nextApi.refused(problem);
  }

  @Override
  public void cookieIgnored(String cause) {
    nextApi.cookieIgnored(cause);
  }

  @Override
  public void fedBack(Optional<Version> version, Feedback feedback) {
    nextApi.fedBack(version, feedback);
  }

  @Override
  public void operated(Trace trace, Endpoint endpoint, String actor, String said) {
    nextApi.operated(trace, endpoint, actor, said);
  }

  @Override
  public void broken(Trace trace, Throwable cause) {
    nextApi.broken(trace, cause);
  }

  @Override
  public void assigned(Version version, Reason reason) {
    nextServing.assigned(version, reason);
  }

  @Override
  public void ended(Version version, Outcome outcome) {
    nextServing.ended(version, outcome);
  }

  @Override
  public void turnedAway(Version version) {
    nextServing.turnedAway(version);
  }

  @Override
  public void left(Version version) {
    nextServing.left(version);
  }

  @Override
  public void failed(Version version, ModelError error, String traceId) {
    nextServing.failed(version, error, traceId);
  }

  @Override
  public void shadowed(Version version, ShadowResult result) {
    nextServing.shadowed(version, result);
  }
}
