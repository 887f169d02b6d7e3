package dev.sluice.api;

import dev.sluice.inference.Version;
import java.util.Optional;

/// Hears nothing.
final class Deaf implements ApiListener {
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
}
