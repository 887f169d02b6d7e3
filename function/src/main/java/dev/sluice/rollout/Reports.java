package dev.sluice.rollout;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// What follows from what the runtime says. What it says of a rollout that is over is not heard.
record Reports(Rollout rollout, Instant now) {

  Optional<Decision> heard(Report report) {
    return switch (report) {
      case Report.Loaded loaded -> loaded();
      case Report.LoadFailed failed -> loadFailed(failed.text());
      case Report.ActuatorRefused refused -> began(Trouble.Kind.ACTUATOR_REFUSES, refused.text());
      case Report.ActuatorObeyed obeyed -> ended(Trouble.Kind.ACTUATOR_REFUSES);
      case Report.EvidenceUnreadable unreadable ->
          began(Trouble.Kind.EVIDENCE_UNREADABLE, unreadable.text());
      case Report.EvidenceRead read -> ended(Trouble.Kind.EVIDENCE_UNREADABLE);
    };
  }

  private Optional<Decision> loaded() {
    if (!(rollout.state() instanceof State.Starting)) {
      return Optional.empty();
    }
    State running = new State.Running(Stay.entering(0, now, rollout.sight()));
    return Optional.of(
        new Decision.Moved(
            rollout.with(running).with(Term.beginning(now)), Cause.runtime(Cause.Code.LOADED, "")));
  }

  private Optional<Decision> loadFailed(String text) {
    if (!(rollout.state() instanceof State.Starting)) {
      return Optional.empty();
    }
    Cause cause = Cause.runtime(Cause.Code.LOAD_FAILED, text);
    return Optional.of(new Decision.Moved(rollout.with(new State.Failed(now, cause)), cause));
  }

  private Optional<Decision> began(Trouble.Kind kind, String text) {
    Trouble trouble = new Trouble(kind, now, text);
    return remembered(rollout.troubles().with(trouble), trouble.cause());
  }

  private Optional<Decision> ended(Trouble.Kind kind) {
    String what = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return remembered(
        rollout.troubles().without(kind),
        Cause.runtime(Cause.Code.RECOVERED, "no longer: " + what));
  }

  private Optional<Decision> remembered(Troubles troubles, Cause cause) {
    if (troubles.equals(rollout.troubles()) || !hasTraffic()) {
      return Optional.empty();
    }
    return Optional.of(new Decision.Noted(rollout.with(troubles), cause));
  }

  private boolean hasTraffic() {
    return rollout.state().place().isPresent() && !rollout.state().isFinal();
  }
}
