package dev.sluice.config;

import dev.sluice.api.ApiListener;
import dev.sluice.api.Endpoint;
import dev.sluice.api.MetricsPage;
import dev.sluice.api.Problem;
import dev.sluice.api.Trace;
import dev.sluice.experiment.Outcome;
import dev.sluice.inference.ModelError;
import dev.sluice.inference.Version;
import dev.sluice.routing.Reason;
import dev.sluice.serving.ServingListener;
import java.util.Optional;

/// Hears a rehearsal and says nothing.
final class Silence implements ApiListener, ServingListener, MetricsPage {
  @Override
  public void answered(Answered request) {}

  @Override
  public void refused(Problem problem) {}

  @Override
  public void cookieIgnored(String cause) {}

  @Override
  public void fedBack(Optional<Version> version, Feedback feedback) {}

  @Override
  public void operated(Trace trace, Endpoint endpoint, String actor, String said) {}

  @Override
  public void broken(Trace trace, Throwable cause) {}

  @Override
  public void assigned(Version version, Reason reason) {}

  @Override
  public void ended(Version version, Outcome outcome) {}

  @Override
  public void turnedAway(Version version) {}

  @Override
  public void left(Version version) {}

  @Override
  public void failed(Version version, ModelError error, String traceId) {}

  @Override
  public void shadowed(Version version, ShadowResult result) {}

  @Override
  public Page scrape(String accept) {
    return new Page("text/plain", new byte[0]);
  }
}
