package dev.sluice.rollout;

import dev.sluice.experiment.Finding;
import dev.sluice.experiment.Guard;
import dev.sluice.statistics.SampleRatioState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A rollout whose canary may have traffic: running, paused, or proven and waiting.
///
/// Harm is looked at first and in every one of these states, then whether the experiment can be
/// trusted at all, and only then how it goes on. Of all rules the first decision that may be
/// executed counts; what is only said comes last.
///
/// @param stay the step it stands at
record Trial(Rollout rollout, Stay stay, Instant now) {
  /// Windows without a word after which the canary counts as silent.
  private static final int SILENT_WINDOWS = 5;

  // From the gravest on.
  private static final List<Guard.Action> ACTIONS =
      List.of(
          Guard.Action.ROLL_BACK,
          Guard.Action.PAUSE,
          Guard.Action.REDUCE_TRAFFIC,
          Guard.Action.ALERT);

  /// What the judge and the clock make of it.
  static Optional<Decision> next(Rollout rollout, Stay stay, Instant now) {
    Rollout heard = rollout.with(listening(rollout, now));
    return new Trial(heard, stay, now).decided().or(() -> remembered(rollout, heard));
  }

  private Optional<Decision> decided() {
    Stream<Supplier<Optional<Decision>>> rules =
        Stream.of(this::harm, this::split, this::patience, this::course, this::alert);
    return rules
        .map(Supplier::get)
        .flatMap(Optional::stream)
        .map(this::permitted)
        .flatMap(Optional::stream)
        .findFirst();
  }

  /// The canary fell silent, or spoke again. Whatever else is decided remembers it as well.
  private static Optional<Decision> remembered(Rollout before, Rollout heard) {
    if (before.troubles().equals(heard.troubles())) {
      return Optional.empty();
    }
    Cause cause =
        heard
            .troubles()
            .of(Trouble.Kind.CANARY_SILENT)
            .map(Trouble::cause)
            .orElse(Cause.runtime(Cause.Code.RECOVERED, "the canary is heard of again"));
    return Optional.of(new Decision.Noted(heard, cause));
  }

  private static Troubles listening(Rollout rollout, Instant now) {
    return switch (rollout.sight().judgement().canary()) {
      case HEARD -> rollout.troubles().without(Trouble.Kind.CANARY_SILENT);
      case SILENT ->
          rollout
              .troubles()
              .with(
                  new Trouble(
                      Trouble.Kind.CANARY_SILENT,
                      now.minus(rollout.plan().terms().windows(SILENT_WINDOWS)),
                      "no word from the canary"));
    };
  }

  private Optional<Decision> harm() {
    List<Finding> harmful = rollout.sight().harmful();
    if (harmful.isEmpty()) {
      return Optional.empty();
    }
    Cause cause = Cause.judge(Cause.Code.HARMFUL, names(harmful));
    return switch (gravest(harmful)) {
      case ROLL_BACK -> moved(new State.RolledBack(now, cause));
      case PAUSE -> takenAway() ? Optional.empty() : moved(new State.Paused(stay, now, cause));
      case REDUCE_TRAFFIC -> takenAway() ? Optional.empty() : stepBack(cause);
      case ALERT -> Optional.empty();
    };
  }

  /// The gravest action among those that may be done; one that may not be done is still said.
  private Guard.Action gravest(List<Finding> harmful) {
    List<Guard.Action> asked = harmful.stream().map(finding -> finding.guard().action()).toList();
    return ACTIONS.stream()
        .filter(asked::contains)
        .filter(action -> action != Guard.Action.ROLL_BACK || rollsBack() || alone(asked))
        .findFirst()
        .orElse(Guard.Action.ALERT);
  }

  private static boolean alone(List<Guard.Action> asked) {
    return asked.stream()
        .allMatch(action -> action == Guard.Action.ROLL_BACK || action == Guard.Action.ALERT);
  }

  private boolean rollsBack() {
    return rollout.plan().automaticRollback() == Plan.AutomaticRollback.ON;
  }

  /// Whether harm has already taken the canary's traffic.
  private boolean takenAway() {
    return rollout.state() instanceof State.Paused paused && paused.cause().harmful();
  }

  /// One step back for each closed window, from the first step out.
  private Optional<Decision> stepBack(Cause cause) {
    if (stay.windows(rollout.sight()) < 1) {
      return Optional.empty();
    }
    if (stay.step() == 0) {
      return moved(new State.RolledBack(now, cause));
    }
    Stay back = Stay.entering(stay.step() - 1, now, rollout.sight());
    State state =
        rollout.state() instanceof State.Paused paused
            ? new State.Paused(back, paused.at(), paused.cause())
            : new State.Running(back);
    return moved(state, cause);
  }

  private Optional<Decision> split() {
    if (rollout.sight().judgement().split() != SampleRatioState.Verdict.MISMATCH) {
      return Optional.empty();
    }
    return moved(
        new State.Failed(
            now,
            Cause.judge(
                Cause.Code.SAMPLE_RATIO_MISMATCH, "the assignments do not follow the share")));
  }

  private Optional<Decision> patience() {
    Terms terms = rollout.plan().terms();
    return rollout
        .troubles()
        .lasting(terms.windows(terms.patience()), now)
        .flatMap(trouble -> moved(new State.Failed(now, trouble.cause())));
  }

  /// How it goes on; only what runs does.
  private Optional<Decision> course() {
    if (!(rollout.state() instanceof State.Running)) {
      return Optional.empty();
    }
    return switch (new Course(rollout, stay, now, footing()).next()) {
      case Course.Way.Wait wait -> Optional.empty();
      case Course.Way.Back back -> stepBack(back.cause());
      case Course.Way.To to -> moved(to.state(), to.cause());
      case Course.Way.Extend extend -> extended();
    };
  }

  private Course.Footing footing() {
    return rollout
        .troubles()
        .lasting(rollout.plan().terms().windows(SILENT_WINDOWS), now)
        .map(trouble -> Course.Footing.LOST)
        .orElse(Course.Footing.FIRM);
  }

  private Optional<Decision> extended() {
    Cause cause =
        Cause.clock(
            Cause.Code.EXTENDED, "by " + Words.duration(rollout.plan().terms().maxExtension()));
    return rollout.term().map(term -> new Decision.Noted(rollout.with(term.extended()), cause));
  }

  private Optional<Decision> alert() {
    List<Finding> alerting =
        rollout.sight().harmful().stream()
            .filter(finding -> finding.guard().action() == Guard.Action.ALERT)
            .toList();
    return alerting.isEmpty()
        ? Optional.empty()
        : noted(Note.Kind.ALERT, Cause.judge(Cause.Code.HARMFUL, names(alerting)));
  }

  /// What is decided, or that it would have been.
  private Optional<Decision> permitted(Decision decision) {
    return switch (decision) {
      case Decision.Noted noted -> Optional.of(noted);
      case Decision.Moved moved ->
          mayAct(moved)
              ? Optional.of(moved)
              : noted(Note.Kind.would(moved.next().state()), moved.cause());
    };
  }

  private boolean mayAct(Decision.Moved moved) {
    boolean byHarm = moved.cause().harmful() && moved.next().state() instanceof State.RolledBack;
    return switch (rollout.plan().mode()) {
      case OBSERVE -> false;
      case ACT -> !byHarm || rollsBack();
    };
  }

  private Optional<Decision> noted(Note.Kind kind, Cause cause) {
    if (rollout.noted(kind, cause)) {
      return Optional.empty();
    }
    return Optional.of(new Decision.Noted(rollout.with(new Note(kind, now, cause)), cause));
  }

  private Optional<Decision> moved(State.RolledBack state) {
    return moved(state, state.cause());
  }

  private Optional<Decision> moved(State.Failed state) {
    return moved(state, state.cause());
  }

  private Optional<Decision> moved(State.Paused state) {
    return moved(state, state.cause());
  }

  private Optional<Decision> moved(State state, Cause cause) {
    return Optional.of(new Decision.Moved(rollout.with(state), cause));
  }

  private static String names(List<Finding> findings) {
    return findings.stream()
        .map(finding -> finding.guard().name())
        .collect(Collectors.joining(", "));
  }
}
