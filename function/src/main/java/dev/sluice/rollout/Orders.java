package dev.sluice.rollout;

import dev.sluice.experiment.Finding;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What becomes of a person's commands.
record Orders(Rollout rollout, Instant now) {

  Answer answer(Command command) {
    return switch (command) {
      case Command.Start start -> start(start);
      case Command.Pause pause -> pause(pause);
      case Command.Resume resume -> resume(resume);
      case Command.Promote promote -> promote(promote);
      case Command.RollBack rollBack -> rollBack(rollBack);
      case Command.Stop stop -> stop(stop);
      case Command.Delete delete -> delete(delete);
    };
  }

  private Answer start(Command.Start command) {
    if (!(rollout.state() instanceof State.Draft)) {
      return refused("only a draft can be started");
    }
    return moved(rollout.with(new State.Starting(now)), cause(command, Cause.Code.STARTED));
  }

  private Answer pause(Command.Pause command) {
    if (!(rollout.state() instanceof State.Running running)) {
      return refused("only a running rollout can be paused");
    }
    Cause cause = cause(command, Cause.Code.PAUSED);
    return moved(rollout.with(new State.Paused(running.stay(), now, cause)), cause);
  }

  private Answer resume(Command.Resume command) {
    if (!(rollout.state() instanceof State.Paused paused)) {
      return refused("only a paused rollout can be resumed");
    }
    if (paused.cause().harmful()) {
      return refused("it was paused for proven harm and can only be rolled back or stopped");
    }
    Rollout running = rollout.with(new State.Running(paused.stay()));
    Optional<Term> renewed =
        rollout.late(now) ? rollout.term().map(term -> term.renewed(now)) : Optional.empty();
    return moved(renewed.map(running::with).orElse(running), cause(command, Cause.Code.RESUMED));
  }

  private Answer promote(Command.Promote command) {
    if (over() || rollout.state().place().isEmpty()) {
      return refused("only a running, paused or proven rollout can be promoted");
    }
    List<Finding> harmful = rollout.sight().harmful();
    if (!harmful.isEmpty() || pausedForHarm()) {
      return refused("it is proven harmful: " + names(harmful));
    }
    boolean proven = rollout.sight().proven();
    if (!proven && command.reason().isBlank()) {
      return refused("it is not proven safe: a promotion without proof needs a reason");
    }
    Cause cause = cause(command, proven ? Cause.Code.PROMOTED : Cause.Code.PROMOTED_UNPROVEN);
    return moved(rollout.with(new State.Promoted(now, cause)), cause);
  }

  private Answer rollBack(Command.RollBack command) {
    if (over() || rollout.state() instanceof State.Draft) {
      return refused("only what was started and is not over can be rolled back");
    }
    Cause cause = cause(command, Cause.Code.ROLLED_BACK);
    return moved(rollout.with(new State.RolledBack(now, cause)), cause);
  }

  private Answer stop(Command.Stop command) {
    if (command.reason().isBlank()) {
      return refused("a stop needs a reason");
    }
    return switch (rollout.state()) {
      case State.Starting starting -> stopped(Stay.entering(0, now, rollout.sight()), command);
      case State.Running running -> stopped(running.stay(), command);
      case State.Paused paused -> stopped(paused.stay(), command);
      case State.Draft draft -> refused("a draft is deleted, not stopped");
      case State.Completed completed -> refused("it is complete: promote it or roll it back");
      case State.Promoted promoted -> refused("it is over");
      case State.RolledBack rolledBack -> refused("it is over");
      case State.Failed failed -> refused("it is over");
    };
  }

  private Answer stopped(Stay stay, Command.Stop command) {
    Cause cause = cause(command, Cause.Code.STOPPED);
    State state = new State.Completed(stay, rollout.sight().verdict(), now, cause);
    return moved(rollout.with(state), cause);
  }

  private Answer delete(Command.Delete command) {
    return rollout.state() instanceof State.Draft
        ? new Answer.Deleted(cause(command, Cause.Code.DELETED))
        : refused("only a draft can be deleted");
  }

  private boolean over() {
    return rollout.state().isFinal();
  }

  private boolean pausedForHarm() {
    return rollout.state() instanceof State.Paused paused && paused.cause().harmful();
  }

  private static String names(List<Finding> findings) {
    return findings.stream()
        .map(finding -> finding.guard().name())
        .collect(Collectors.joining(", "));
  }

  private static Cause cause(Command command, Cause.Code code) {
    return Cause.person(command.by(), code, command.reason());
  }

  private static Answer moved(Rollout next, Cause cause) {
    return new Answer.Accepted(new Decision.Moved(next, cause));
  }

  private Answer refused(String reason) {
    return new Answer.Refused(reason + "; this one is " + rollout.state().word().replace('_', ' '));
  }
}
