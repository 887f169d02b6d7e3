package dev.sluice.aws;

/// What a service does beside answering. On Lambda it has only the time of an invocation: between
/// two of them the process stands still, and may never go on. Called by one thread at a time.
public interface Upkeep {
  /// Before a request is answered: what the container does once a period, if it is due.
  void before();

  /// After the answer is known: returns when nothing is under way any more.
  void after();

  /// The controller looks at its rollouts, whether it is due or not.
  void tick();
}
