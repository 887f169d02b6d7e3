package dev.sluice.control;

import dev.sluice.control.Rollouts.Write;
import dev.sluice.experiment.Counters;
import dev.sluice.experiment.Tally;
import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Presets;
import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.RolloutId;
import dev.sluice.rollout.State;
import dev.sluice.rollout.Stay;
import dev.sluice.routing.Share;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Rollouts, entries and counters to keep.
public final class Kept {
  public static final Instant NOW = Instant.parse("2026-01-01T12:00:00.123456789Z");
  static final Cause CAUSE = new Cause(new Cause.Actor.Person("ann"), Cause.Code.STARTED, "");

  private Kept() {}

  public static RolloutRecord draft(String id, String model, String... tags) {
    return RolloutRecord.draft(
        new About("name", "", List.of(tags), "ann", NOW),
        new RolloutId(id),
        model,
        "A",
        "B",
        Presets.fast());
  }

  /// The same in another state, as it is to be written next.
  public static RolloutRecord next(RolloutRecord before, State state) {
    Rollout rollout = before.rollout();
    return new RolloutRecord(
        before.about(),
        new Rollout(
            rollout.id(),
            rollout.model(),
            rollout.stable(),
            rollout.canary(),
            rollout.plan(),
            state,
            rollout.sight(),
            rollout.term(),
            rollout.troubles(),
            rollout.notes(),
            rollout.revision() + 1),
        before.evidence(),
        before.results());
  }

  public static RolloutRecord running(RolloutRecord before) {
    return next(before, new State.Running(new Stay(0, NOW, 0, 0)));
  }

  static RolloutRecord over(RolloutRecord before) {
    return next(before, new State.RolledBack(NOW, CAUSE));
  }

  /// With an entry in which nothing but the evidence changed.
  public static Write write(RolloutRecord rollout) {
    return new Write(rollout, Optional.empty(), entry(rollout));
  }

  static Entry entry(RolloutRecord rollout) {
    Event event =
        rollout.revision() == 0 ? new Event.Created(rollout) : new Event.Judged(List.of());
    return new Entry(
        rollout.id(),
        rollout.model(),
        rollout.revision(),
        NOW,
        event,
        Optional.empty(),
        "0123456789abcdef0123456789abcdef",
        Optional.empty());
  }

  static Write requested(RolloutRecord rollout, String key) {
    Entry entry = entry(rollout);
    return new Write(
        rollout,
        Optional.empty(),
        new Entry(
            entry.rollout(),
            entry.model(),
            entry.revision(),
            entry.at(),
            entry.event(),
            entry.change(),
            entry.digest(),
            Optional.of(new Entry.Request(key, "digest"))));
  }

  static Write changed(RolloutRecord rollout) {
    Entry entry = entry(rollout);
    var change =
        new Change(
            Change.Kind.MOVED,
            "draft",
            "running",
            Share.NONE,
            Share.of(100),
            CAUSE,
            "because",
            Optional.empty());
    return new Write(
        rollout,
        Optional.empty(),
        new Entry(
            entry.rollout(),
            entry.model(),
            entry.revision(),
            entry.at(),
            entry.event(),
            Optional.of(change),
            entry.digest(),
            entry.request()));
  }

  static Counters counters(String process, Instant end) {
    return new Counters(
        process, NOW, end, NOW, Share.of(100), Map.of("A", Tally.NONE, "B", Tally.NONE));
  }
}
