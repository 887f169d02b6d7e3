package dev.sluice.control;

import dev.sluice.experiment.Window;
import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.RolloutId;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What a process decides while the store is away, from what it counted itself: it may take traffic
/// from a canary, and never gives it any.
///
/// What it took is written when the store is back, unless somebody else wrote meanwhile, who has
/// seen more. All that it merely learned is forgotten then: the counters only grow, so it is in the
/// next window of all processes. Not thread-safe.
final class Alone {
  private final Observations own;
  private final Map<RolloutId, Ahead> ahead = new HashMap<>();

  Alone(Observations own) {
    this.own = own;
  }

  /// A rollout that is ahead of what is written.
  ///
  /// @param base as it was read last
  /// @param windows taken since
  /// @param now what they make of it
  /// @param narrowed when traffic was taken from it
  record Ahead(
      RolloutRecord base, List<Window> windows, RolloutRecord now, Optional<Instant> narrowed) {
    Ahead {
      windows = List.copyOf(windows);
    }

    static Ahead of(RolloutRecord base) {
      return new Ahead(base, List.of(), base, Optional.empty());
    }

    Ahead with(List<Window> more, Advance.Outcome outcome, Instant at) {
      List<Window> all = Stream.concat(windows.stream(), more.stream()).toList();
      return switch (outcome) {
        case Advance.Outcome.Next next
            when next.record().rollout().share().compareTo(now.rollout().share()) < 0 ->
            new Ahead(base, all, next.record(), Optional.of(at));
        case Advance.Outcome.Next next -> new Ahead(base, all, learned(next.record()), narrowed);
        case Advance.Outcome.Nothing nothing -> this;
        case Advance.Outcome.Refused refused -> this;
        case Advance.Outcome.Deleted deleted -> this;
      };
    }

    // What was decided but does not take traffic away waits for the store.
    private RolloutRecord learned(RolloutRecord next) {
      Rollout same = now.rollout().with(next.rollout().sight());
      return new RolloutRecord(now.about(), same, next.evidence(), next.results());
    }
  }

  /// What follows for all that was seen last.
  Seen after(Seen last, Instant now) {
    Seen narrower = last;
    for (RolloutRecord record : last.active()) {
      Ahead next = after(ahead.getOrDefault(record.id(), Ahead.of(record)), now);
      ahead.put(record.id(), next);
      narrower = narrower.with(next.now());
    }
    return narrower;
  }

  private Ahead after(Ahead before, Instant now) {
    if (before.narrowed().isPresent()) {
      return before;
    }
    try {
      List<Window> windows = own.since(before.now(), now);
      return windows.isEmpty()
          ? before
          : before.with(windows, Advance.of(before.now(), new Event.Judged(windows), now), now);
    } catch (Observations.Unreadable nothing) {
      return before;
    }
  }

  /// What is to be written of it now that the store is back. Afterwards nothing is ahead.
  List<Ahead> narrowed() {
    List<Ahead> taken =
        ahead.values().stream().filter(each -> each.narrowed().isPresent()).toList();
    ahead.clear();
    return taken;
  }
}
