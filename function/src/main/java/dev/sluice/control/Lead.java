package dev.sluice.control;

import dev.sluice.experiment.Window;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.State;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// One rollout's turn in a tick, by the process that leads: what the runtime says of it, then what
/// the evidence says. Each step is written before the next is looked at, and the turn is over when
/// somebody else was first.
final class Lead {
  // A process that missed so many ticks is gone.
  private static final int MISSED_TICKS = 4;

  private final Controller.Parts parts;
  private final Instant now;
  private Settings settings;
  private boolean wrote;

  Lead(Controller.Parts parts, Settings settings, Instant now) {
    this.parts = parts;
    this.settings = settings;
    this.now = now;
  }

  /// Takes the turn.
  ///
  /// @return whether anything was written
  boolean take(RolloutRecord record) throws StoreUnavailable {
    Optional<Outside> outside = parts.outside().of(record.model());
    boolean starts = record.rollout().state() instanceof State.Starting;
    Optional<RolloutRecord> applied =
        starts ? Optional.of(record) : moved(outside, Optional.of(record));
    Optional<RolloutRecord> decided = Optional.empty();
    if (applied.isPresent()) {
      decided = starts ? started(applied.get(), outside) : looked(applied.get());
    }
    // Traffic outside follows a decision in the turn that made it.
    if (applied.isPresent()
        && decided.isPresent()
        && !decided.get().rollout().share().equals(applied.get().rollout().share())) {
      moved(outside, decided);
    }
    return wrote;
  }

  private Optional<RolloutRecord> started(RolloutRecord record, Optional<Outside> outside)
      throws StoreUnavailable {
    Optional<Report> report =
        outside.isPresent() ? readiness(outside.get(), record) : loading(record);
    Optional<RolloutRecord> current = heard(record, report);
    return current.isEmpty()
        ? Optional.empty()
        : happened(current.get(), new Event.Judged(List.of()));
  }

  private Optional<RolloutRecord> looked(RolloutRecord record) throws StoreUnavailable {
    Seeing seeing = seeing(record);
    Optional<RolloutRecord> current = heard(record, Optional.of(seeing.report()));
    if (current.isEmpty()) {
      return Optional.empty();
    }
    Optional<RolloutRecord> decided = happened(current.get(), new Event.Judged(seeing.windows()));
    parts.listener().judged(current.get());
    return decided;
  }

  /// Judges a rollout by windows that were closed since.
  ///
  /// @return whether anything was written in this turn
  boolean judge(RolloutRecord record, List<Window> windows) throws StoreUnavailable {
    happened(record, new Event.Judged(windows));
    return wrote;
  }

  /// A rollout begins where traffic is: what others moved since it was written is not undone.
  private Optional<Report> readiness(Outside outside, RolloutRecord record) {
    try {
      String stable = outside.split().stable();
      if (!stable.equals(record.rollout().stable())) {
        return Optional.of(
            new Report.LoadFailed(
                "%s has most of the traffic, not %s: somebody moved it, so write a new rollout"
                    .formatted(stable, record.rollout().stable())));
      }
      return outside.readiness(record.rollout().canary());
    } catch (Actuator.Refused refused) {
      parts.listener().refused(record.model(), String.valueOf(refused.getMessage()));
      return Optional.empty();
    }
  }

  /// What every process says of the canary; empty while one of them is not ready.
  private Optional<Report> loading(RolloutRecord record) throws StoreUnavailable {
    Instant since = now.minus(parts.period().multipliedBy(MISSED_TICKS));
    List<Instances.Presence> present = parts.store().presentSince(since);
    String model = record.model();
    String canary = record.rollout().canary();
    String failed =
        present.stream()
            .flatMap(
                process ->
                    process.of(model, canary).stream()
                        .filter(held -> held.condition() == Instances.Condition.FAILED)
                        .map(held -> process.process() + ": " + held.text()))
            .collect(Collectors.joining("; "));
    // What was said before this rollout began may be of an earlier try.
    if (!failed.isEmpty() && tried(record)) {
      return Optional.of(new Report.LoadFailed(failed));
    }
    boolean everywhere =
        !present.isEmpty()
            && present.stream()
                .allMatch(process -> process.of(model, canary).filter(Lead::serves).isPresent());
    return everywhere ? Optional.of(new Report.Loaded()) : Optional.empty();
  }

  private boolean tried(RolloutRecord record) {
    return record.rollout().state() instanceof State.Starting(Instant since)
        && !now.isBefore(since.plus(parts.period().multipliedBy(MISSED_TICKS)));
  }

  private static boolean serves(Instances.Held held) {
    return switch (held.condition()) {
      case LOADING, FAILED -> false;
      case HEALTHY, DEGRADED, UNHEALTHY -> true;
    };
  }

  /// Traffic outside goes where the record says; empty where somebody else was first to write what
  /// came of it.
  private Optional<RolloutRecord> moved(Optional<Outside> outside, Optional<RolloutRecord> record)
      throws StoreUnavailable {
    if (outside.isEmpty() || record.isEmpty()) {
      return record;
    }
    Report report;
    try {
      outside.get().apply(record.get().rollout(), () -> isWritten(record.get()));
      report = new Report.ActuatorObeyed();
    } catch (Actuator.Refused refused) {
      report = new Report.ActuatorRefused(String.valueOf(refused.getMessage()));
    }
    return heard(record.get(), Optional.of(report));
  }

  /// Nobody has written another one. Where the store does not say, nothing is moved.
  private boolean isWritten(RolloutRecord record) {
    try {
      return parts
          .store()
          .find(record.id())
          .filter(written -> written.revision() == record.revision())
          .isPresent();
    } catch (StoreUnavailable away) {
      parts.listener().storeAway(away);
      return false;
    }
  }

  /// Windows, or why there are none.
  private record Seeing(List<Window> windows, Report report) {}

  private Seeing seeing(RolloutRecord record) {
    try {
      return new Seeing(parts.observations().since(record, now), new Report.EvidenceRead());
    } catch (Observations.Unreadable unreadable) {
      return new Seeing(
          List.of(), new Report.EvidenceUnreadable(String.valueOf(unreadable.getMessage())));
    }
  }

  private Optional<RolloutRecord> heard(RolloutRecord record, Optional<Report> report)
      throws StoreUnavailable {
    return report.isEmpty()
        ? Optional.of(record)
        : happened(record, new Event.Reported(report.get()));
  }

  /// The rollout after an event, which is written if it made a difference; empty where somebody
  /// else was first.
  private Optional<RolloutRecord> happened(RolloutRecord before, Event event)
      throws StoreUnavailable {
    return switch (Advance.of(before, event, now)) {
      case Advance.Outcome.Next next -> written(next, event);
      case Advance.Outcome.Nothing nothing -> Optional.of(before);
      case Advance.Outcome.Refused refused -> Optional.of(before);
      case Advance.Outcome.Deleted deleted -> Optional.of(before);
    };
  }

  private Optional<RolloutRecord> written(Advance.Outcome.Next next, Event event)
      throws StoreUnavailable {
    RolloutRecord record = next.record();
    Optional<Settings> ending = Endings.of(record, settings);
    var entry =
        Entry.of(record, now, event, next.change(), parts.digest().apply(record), Optional.empty());
    Rollouts.Written written = parts.store().write(new Rollouts.Write(record, ending, entry));
    if (written != Rollouts.Written.WRITTEN) {
      return Optional.empty();
    }
    wrote = true;
    settings = ending.orElse(settings);
    parts.listener().wrote(entry);
    return Optional.of(record);
  }
}
