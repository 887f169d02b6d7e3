package dev.sluice.telemetry;

import dev.sluice.control.About;
import dev.sluice.control.Advance;
import dev.sluice.control.Change;
import dev.sluice.control.Entry;
import dev.sluice.control.Event;
import dev.sluice.control.RolloutRecord;
import dev.sluice.experiment.Groups;
import dev.sluice.experiment.Sums;
import dev.sluice.experiment.Tally;
import dev.sluice.experiment.Window;
import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Command;
import dev.sluice.rollout.Phase;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Policies;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.RolloutId;
import dev.sluice.routing.Share;
import dev.sluice.statistics.Counts;
import dev.sluice.statistics.Doubles;
import dev.sluice.statistics.Histogram;
import dev.sluice.statistics.LatencyBuckets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A rollout of `digits` that runs, with evidence, and then harm.
final class Rolled {
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private Rolled() {}

  static RolloutRecord running() {
    RolloutRecord draft =
        RolloutRecord.draft(
            new About("", "", List.of(), "ann", START),
            new RolloutId("r1"),
            "digits",
            "A",
            "B",
            Plan.of(List.of(Plan.Step.percent(25), Plan.Step.percent(50)), Policies.comparable()));
    RolloutRecord starting =
        next(draft, new Event.Commanded(new Command.Start("ann", ""))).record();
    return next(starting, new Event.Reported(new Report.Loaded())).record();
  }

  /// After some windows in which a part of the canary's requests failed.
  static Advance.Outcome.Next judged(RolloutRecord record, int windows, double canaryErrors) {
    var closed = new ArrayList<Window>();
    for (int i = 0; i < windows; i++) {
      Instant start = START.plus(Duration.ofMinutes(i));
      closed.add(
          new Window(
              start,
              start.plus(Duration.ofMinutes(1)),
              Share.ofPercent(25),
              tally(750, 4),
              tally(250, 250 * canaryErrors)));
    }
    return next(record, new Event.Judged(closed));
  }

  private static Tally tally(double requests, double errors) {
    double[] buckets = new double[LatencyBuckets.COUNT];
    buckets[230] = requests;
    return new Tally(
        new Counts(requests, errors),
        Histogram.of(Doubles.of(buckets)),
        new Sums(requests, requests * 0.02, requests * 0.0004),
        Groups.NONE,
        Optional.empty(),
        0,
        requests,
        Counts.NONE,
        0,
        Map.of());
  }

  /// The same after a person held it.
  static RolloutRecord paused(RolloutRecord record) {
    return next(record, new Event.Commanded(new Command.Pause("ann", ""))).record();
  }

  /// The same after a person let it go on.
  static RolloutRecord resumed(RolloutRecord record) {
    return next(record, new Event.Commanded(new Command.Resume("ann", ""))).record();
  }

  private static Advance.Outcome.Next next(RolloutRecord before, Event event) {
    return (Advance.Outcome.Next) Advance.of(before, event, START.plus(Duration.ofMinutes(1)));
  }

  static Entry.Logged entry(long sequence, RolloutRecord record, Change change) {
    return new Entry.Logged(
        sequence,
        new Entry(
            record.id(),
            record.model(),
            record.revision(),
            START.plusMillis(1500),
            new Event.Judged(List.of()),
            Optional.of(change),
            "digest",
            Optional.empty()));
  }

  static Change moved(Phase to, Cause.Code code) {
    return new Change(
        Change.Kind.MOVED,
        "running",
        to.word(),
        Share.ofPercent(25),
        Share.NONE,
        new Cause(new Cause.Actor.Judge(), code, "error_rate"),
        "rolled back by judge",
        Optional.empty());
  }
}
