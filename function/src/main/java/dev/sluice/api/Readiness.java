package dev.sluice.api;

/// Whether this instance wants traffic. Asked often, on event loops: must be quick.
public interface Readiness {
  State state();

  /// Where an instance is in its life.
  enum State {
    /// Models are being loaded and warmed.
    STARTING,
    READY,
    /// Alive, but something that it cannot do without is lost.
    IMPAIRED,
    /// SIGTERM came: requests are still taken, but load balancers should look away.
    DRAINING
  }
}
