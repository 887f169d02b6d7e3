package dev.sluice.announce;

import dev.sluice.control.About;
import dev.sluice.control.Change;
import dev.sluice.control.Entry;
import dev.sluice.control.Event;
import dev.sluice.control.RolloutRecord;
import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Note;
import dev.sluice.rollout.Phase;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Policies;
import dev.sluice.rollout.RolloutId;
import dev.sluice.routing.Share;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Entries to be told of.
final class Told {
  static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");

  private Told() {}

  static RolloutRecord draft(String id) {
    return RolloutRecord.draft(
        new About("", "", List.of(), "ann", AT),
        new RolloutId(id),
        "digits",
        "A",
        "B",
        Plan.of(List.of(Plan.Step.percent(5)), Policies.comparable()));
  }

  static Change moved(Phase to, Cause.Code code) {
    return moved(to, code, Share.NONE);
  }

  static Change moved(Phase to, Cause.Code code, Share share) {
    return new Change(
        Change.Kind.MOVED,
        "running",
        to.word(),
        Share.ofPercent(2.5),
        share,
        new Cause(new Cause.Actor.Person("ann"), code, "a \"reason\""),
        "why\nit is so",
        Optional.empty());
  }

  static Change noted(Cause.Code code, Optional<Note.Kind> said) {
    return new Change(
        Change.Kind.NOTED,
        "running",
        "running",
        Share.ofPercent(5),
        Share.ofPercent(5),
        new Cause(new Cause.Actor.Judge(), code, ""),
        "why",
        said);
  }

  static Entry entry(RolloutRecord record, Optional<Change> change) {
    return new Entry(
        record.id(),
        record.model(),
        record.revision(),
        AT,
        new Event.Created(record),
        change,
        "digest",
        Optional.empty());
  }

  static Entry.Logged logged(Change change) {
    return new Entry.Logged(7, entry(draft("r1"), Optional.of(change)));
  }
}
