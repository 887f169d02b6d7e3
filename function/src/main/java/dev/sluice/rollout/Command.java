package dev.sluice.rollout;

/// What a person may say to a rollout. Each has a name, and a reason that may be empty where none
/// is asked for.
public sealed interface Command {
  String by();

  String reason();

  record Start(String by, String reason) implements Command {}

  record Pause(String by, String reason) implements Command {}

  record Resume(String by, String reason) implements Command {}

  /// Gives the canary all of the traffic, for good. Without proof it needs a reason.
  record Promote(String by, String reason) implements Command {}

  record RollBack(String by, String reason) implements Command {}

  /// Ends it with its results, on the stable version. Needs a reason.
  record Stop(String by, String reason) implements Command {}

  /// Forgets a draft.
  record Delete(String by, String reason) implements Command {}
}
