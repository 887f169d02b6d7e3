package dev.sluice.batching;

/// What to do with the inputs that wait.
public sealed interface BatchDecision {
  /// Run the oldest inputs together.
  record Run(int inputs) implements BatchDecision {}

  /// Take one input out: no run that begins now would answer it in time.
  ///
  /// @param position 0 for the oldest
  record Drop(int position) implements BatchDecision {}

  /// Ask again then, or when another input has come.
  record Wait(long untilNanos) implements BatchDecision {}

  /// Nothing waits.
  record Idle() implements BatchDecision {}
}
