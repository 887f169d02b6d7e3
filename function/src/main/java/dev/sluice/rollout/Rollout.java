package dev.sluice.rollout;

import dev.sluice.experiment.Evidence;
import dev.sluice.experiment.Judge;
import dev.sluice.routing.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// One change of a model: a canary version that is to become the stable one.
///
/// @param stable name of the version that serves by default
/// @param canary name of the version on trial
/// @param sight what is seen of it
/// @param term the time it has been given; empty before its first step
/// @param troubles what is wrong now
/// @param notes what was found and not acted upon, each once; the last hundred
/// @param revision how often it was written: its lock
public record Rollout(
    RolloutId id,
    String model,
    String stable,
    String canary,
    Plan plan,
    State state,
    Sight sight,
    Optional<Term> term,
    Troubles troubles,
    List<Note> notes,
    long revision) {

  // Causes carry texts from outside, which need not repeat.
  private static final int NOTES = 100;

  public Rollout {
    if (stable.equals(canary)) {
      throw new IllegalArgumentException("stable and canary must be two versions: " + stable);
    }
    notes = List.copyOf(notes.subList(Math.max(0, notes.size() - NOTES), notes.size()));
  }

  /// A rollout that nobody has started. Its plan is checked here and not again: what has begun goes
  /// on by the rules it began with.
  public static Rollout draft(RolloutId id, String model, String stable, String canary, Plan plan) {
    List<String> faults = plan.faults();
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException("plan: " + String.join("; ", faults));
    }
    return new Rollout(
        id,
        model,
        stable,
        canary,
        plan,
        new State.Draft(),
        Sight.NOTHING,
        Optional.empty(),
        Troubles.NONE,
        List.of(),
        0);
  }

  /// The canary's part of the traffic. This is the only place that knows it.
  public Share share() {
    return switch (state) {
      case State.Draft draft -> Share.NONE;
      case State.Starting starting -> Share.NONE;
      case State.Running running -> plan.share(running.stay().step());
      case State.Paused paused ->
          paused.cause().harmful() ? Share.NONE : plan.share(paused.stay().step());
      case State.Completed done -> done.waiting() ? plan.share(done.stay().step()) : Share.NONE;
      case State.Promoted promoted -> Share.ALL;
      case State.RolledBack rolledBack -> Share.NONE;
      case State.Failed failed -> Share.NONE;
    };
  }

  /// The share that is to be proven next: of a rollout that is over, all of it.
  public Share nextShare() {
    return state.place().map(stay -> plan.nextShare(stay.step())).orElse(Share.ALL);
  }

  public Rollout with(Sight other) {
    return new Rollout(
        id, model, stable, canary, plan, state, other, term, troubles, notes, revision);
  }

  /// With what a judge reads in its evidence now.
  ///
  /// @param judge of the plan
  public Rollout seeing(Judge judge, Evidence evidence, Instant now) {
    // Only at the deadline is it asked how long the rest takes, and it is costly to say.
    Optional<Duration> remaining =
        late(now) ? Outlook.remaining(this, judge, evidence, now) : Optional.empty();
    return with(
        new Sight(judge.read(evidence), evidence.windows(), evidence.canaryUnits(), remaining));
  }

  /// The same, as it is to be written over what was read.
  public Rollout written() {
    return new Rollout(
        id, model, stable, canary, plan, state, sight, term, troubles, notes, revision + 1);
  }

  Rollout with(State other) {
    return new Rollout(
        id, model, stable, canary, plan, other, sight, term, troubles, notes, revision);
  }

  Rollout with(Term other) {
    return new Rollout(
        id,
        model,
        stable,
        canary,
        plan,
        state,
        sight,
        Optional.of(other),
        troubles,
        notes,
        revision);
  }

  Rollout with(Troubles other) {
    return new Rollout(id, model, stable, canary, plan, state, sight, term, other, notes, revision);
  }

  Rollout with(Note note) {
    List<Note> all = Stream.concat(notes.stream(), Stream.of(note)).toList();
    return new Rollout(
        id, model, stable, canary, plan, state, sight, term, troubles, all, revision);
  }

  boolean noted(Note.Kind kind, Cause cause) {
    return notes.stream().anyMatch(note -> note.kind() == kind && note.cause().equals(cause));
  }

  /// How long the present term has lasted.
  Duration elapsed(Instant now) {
    return term.map(given -> given.elapsed(now)).orElse(Duration.ZERO);
  }

  /// Whether the time for the proof is up.
  boolean late(Instant now) {
    return term.map(given -> plan.terms().late(given.elapsed(now), given.extension()))
        .orElse(false);
  }
}
