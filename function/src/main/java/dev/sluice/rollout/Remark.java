package dev.sluice.rollout;

/// What is to be said about a plan before it runs.
public sealed interface Remark {
  String text();

  /// Why it is refused, and what would be right.
  record Fault(String text) implements Remark {}

  /// What its author should know.
  record Warning(String text) implements Remark {}
}
