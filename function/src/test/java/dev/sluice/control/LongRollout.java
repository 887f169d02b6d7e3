package dev.sluice.control;

import dev.sluice.experiment.Groups;
import dev.sluice.experiment.Sums;
import dev.sluice.experiment.Tally;
import dev.sluice.experiment.Window;
import dev.sluice.rollout.Command;
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
import java.util.Random;

/// The entries of a rollout that goes on and on: window by window, as the controller writes them.
public final class LongRollout {
  public static final RolloutId ID = new RolloutId("r1");
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  static final Duration WINDOW = Duration.ofSeconds(10);

  private final Random random = new Random(7);
  private final List<Entry.Logged> entries = new ArrayList<>();
  private RolloutRecord record =
      RolloutRecord.draft(
          new About("", "", List.of(), "ann", START),
          ID,
          "digits",
          "A",
          "B",
          Plan.of(List.of(Plan.Step.percent(25), Plan.Step.percent(50)), Policies.comparable()));
  private Instant now = START;

  /// Begun, and at its first step.
  public LongRollout() {
    entries.add(
        new Entry.Logged(
            2,
            Entry.of(
                record, now, new Event.Created(record), Optional.empty(), "d", Optional.empty())));
    happens(new Event.Commanded(new Command.Start("ann", "")));
    happens(new Event.Reported(new Report.Loaded()));
  }

  /// So many windows pass, in which a part of the canary's requests fails.
  public LongRollout windows(int windows, double canaryErrors) {
    for (int i = 0; i < windows; i++) {
      Instant end = now.plus(WINDOW);
      Share share = record.rollout().share();
      double canary = Math.rint(400 * share.fraction());
      var window =
          new Window(now, end, share, tally(400 - canary, 4), tally(canary, canary * canaryErrors));
      now = end;
      happens(new Event.Judged(List.of(window)));
    }
    return this;
  }

  private Tally tally(double requests, double errors) {
    double[] buckets = new double[LatencyBuckets.COUNT];
    for (int i = 0; i < requests; i++) {
      buckets[225 + random.nextInt(12)]++;
    }
    return new Tally(
        new Counts(requests, Math.min(errors, requests)),
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

  private void happens(Event event) {
    if (Advance.of(record, event, now)
        instanceof Advance.Outcome.Next(RolloutRecord next, Optional<Change> change)) {
      record = next;
      // Entries of other rollouts are between them.
      entries.add(
          new Entry.Logged(
              2L * (entries.size() + 1),
              Entry.of(record, now, event, change, "d", Optional.empty())));
    }
  }

  public List<Entry.Logged> entries() {
    return List.copyOf(entries);
  }

  RolloutRecord record() {
    return record;
  }

  /// As the controller would have written it.
  public void writeTo(Rollouts store) throws StoreUnavailable {
    Optional<RolloutRecord> made = Optional.empty();
    for (Entry.Logged logged : entries) {
      made = Replay.after(made, logged.entry());
      store.write(new Rollouts.Write(made.orElseThrow(), Optional.empty(), logged.entry()));
    }
  }
}
