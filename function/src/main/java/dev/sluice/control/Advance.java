package dev.sluice.control;

import dev.sluice.experiment.Evidence;
import dev.sluice.experiment.Finding;
import dev.sluice.experiment.GuardReport;
import dev.sluice.experiment.Judge;
import dev.sluice.experiment.Window;
import dev.sluice.rollout.Answer;
import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Decision;
import dev.sluice.rollout.Explanation;
import dev.sluice.rollout.Note;
import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.State;
import dev.sluice.rollout.Transitions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What an event makes of a rollout: the one way in which a kept rollout ever changes.
///
/// A function of values. The controller calls it before it writes, `replay` calls it again over
/// what was written, and both have to come to the same.
public final class Advance {
  private Advance() {}

  /// What came of an event.
  public sealed interface Outcome {
    /// Nothing that is worth a line.
    record Nothing() implements Outcome {}

    /// Another record, as it is to be written over what was read.
    ///
    /// @param change empty where only the evidence grew
    record Next(RolloutRecord record, Optional<Change> change) implements Outcome {}

    /// A person's command is not done.
    record Refused(String reason) implements Outcome {}

    /// A draft is to be forgotten.
    record Deleted() implements Outcome {}
  }

  /// What follows from an event at a moment.
  public static Outcome of(RolloutRecord before, Event event, Instant at) {
    return switch (event) {
      case Event.Created created -> new Outcome.Next(created.draft(), Optional.empty());
      case Event.Judged(List<Window> windows) -> judged(before, windows, at);
      case Event.Commanded(var command) ->
          switch (Transitions.after(before.rollout(), command, at)) {
            case Answer.Accepted(Decision decision) -> decided(before, before, decision, at);
            case Answer.Deleted deleted -> new Outcome.Deleted();
            case Answer.Refused(String reason) -> new Outcome.Refused(reason);
          };
      case Event.Reported(var report) ->
          Transitions.on(before.rollout(), report, at)
              .map(decision -> decided(before, before, decision, at))
              .orElseGet(Outcome.Nothing::new);
    };
  }

  private static Outcome judged(RolloutRecord before, List<Window> windows, Instant at) {
    Judge judge = before.rollout().plan().judge();
    Evidence evidence = before.evidence();
    Results results = before.results();
    for (Window window : windows) {
      evidence = judge.after(evidence, window);
      results = results.with(window);
    }
    var seen =
        new RolloutRecord(
            before.about(), before.rollout().seeing(judge, evidence, at), evidence, results);
    Optional<Decision> decision = Transitions.next(seen.rollout(), at);
    if (decision.isPresent()) {
      return decided(before, seen, decision.get(), at);
    }
    return windows.isEmpty()
        ? new Outcome.Nothing()
        : new Outcome.Next(seen.with(seen.rollout().written()), Optional.empty());
  }

  private static Outcome decided(
      RolloutRecord before, RolloutRecord seen, Decision decision, Instant at) {
    RolloutRecord next = seen.with(decision.next().written());
    Change.Kind kind =
        switch (decision) {
          case Decision.Moved moved -> Change.Kind.MOVED;
          case Decision.Noted noted -> Change.Kind.NOTED;
        };
    var change =
        new Change(
            kind,
            before.rollout().state().word(),
            next.rollout().state().word(),
            before.rollout().share(),
            next.rollout().share(),
            decision.cause(),
            said(decision.cause(), next, at),
            said(before.rollout(), next.rollout()));
    return new Outcome.Next(next, Optional.of(change));
  }

  private static Optional<Note.Kind> said(Rollout before, Rollout next) {
    return next.notes().equals(before.notes())
        ? Optional.empty()
        : Optional.of(next.notes().getLast().kind());
  }

  // What runs says how it goes; that a person set it going is said before.
  private static String said(Cause cause, RolloutRecord next, Instant at) {
    String sentence = sentence(next, at);
    return cause.actor() instanceof Cause.Actor.Person(String name)
            && next.rollout().state() instanceof State.Running
        ? "%s by %s%s; %s"
            .formatted(
                cause.code().word(),
                name,
                cause.text().isEmpty() ? "" : ": " + cause.text(),
                sentence)
        : sentence;
  }

  /// A rollout in one sentence: where it stands, who brought it there, when and why.
  public static String sentence(RolloutRecord record, Instant now) {
    return new Explanation(new Said(record)::of).of(record.rollout(), now);
  }

  /// What is said of guards, found out when it is asked for: most sentences name none.
  private static final class Said {
    private final RolloutRecord record;
    private Optional<Map<String, String>> guards = Optional.empty();

    Said(RolloutRecord record) {
      this.record = record;
    }

    String of(Finding finding) {
      String name = finding.guard().name();
      Map<String, String> known = guards.orElseGet(this::report);
      guards = Optional.of(known);
      return known.getOrDefault(name, name);
    }

    private Map<String, String> report() {
      Rollout rollout = record.rollout();
      return rollout.plan().judge().report(record.evidence(), rollout.share()).stream()
          .collect(
              Collectors.toMap(report -> report.finding().guard().name(), GuardReport::sentence));
    }
  }
}
