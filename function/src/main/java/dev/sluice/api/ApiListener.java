package dev.sluice.api;

import dev.sluice.inference.Version;
import java.util.Optional;

/// Hears what goes over the wire, on the thread that answers; must be quick.
public interface ApiListener {
  /// A request was answered, whatever the answer.
  void answered(Answered request);

  /// A request was refused, or failed, in a way of the closed table.
  void refused(Problem problem);

  /// A sticky cookie was not believed.
  void cookieIgnored(String cause);

  /// Somebody said how good an answer was.
  ///
  /// @param version that gave it; empty when the report was not believed, or the version is gone
  void fedBack(Optional<Version> version, Feedback feedback);

  /// Somebody with the admin token changed something that has no history of its own.
  ///
  /// @param said the body of the request, or its beginning
  void operated(Trace trace, Endpoint endpoint, String actor, String said);

  /// Something broke that no caller can be blamed for; the cause is for logs.
  void broken(Trace trace, Throwable cause);

  /// What becomes of a report.
  enum Feedback {
    ACCEPTED,
    DUPLICATE,
    REJECTED
  }

  /// One answered request.
  ///
  /// @param nanos from the head to the answer
  record Answered(Endpoint endpoint, String method, int status, Trace trace, long nanos) {}
}
