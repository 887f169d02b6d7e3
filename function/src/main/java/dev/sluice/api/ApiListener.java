package dev.sluice.api;

/// Hears what goes over the wire, on the thread that answers; must be quick.
public interface ApiListener {
  /// A request was answered, whatever the answer.
  void answered(Answered request);

  /// A request was refused, or failed, in a way of the closed table.
  void refused(Problem problem);

  /// A sticky cookie was not believed.
  void cookieIgnored(String cause);

  /// Somebody with the admin token changed something.
  void operated(Trace trace, Endpoint endpoint);

  /// Something broke that no caller can be blamed for; the cause is for logs.
  void broken(Trace trace, Throwable cause);

  /// One answered request.
  ///
  /// @param nanos from the head to the answer
  record Answered(Endpoint endpoint, String method, int status, Trace trace, long nanos) {}
}
