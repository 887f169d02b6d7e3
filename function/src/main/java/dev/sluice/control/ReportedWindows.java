package dev.sluice.control;

import dev.sluice.experiment.Counters;
import dev.sluice.experiment.Window;
import dev.sluice.experiment.Windows;
import dev.sluice.rollout.Rollout;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Windows from the reports of the processes. Their ends are multiples of the plan's window since
/// the epoch, the same for all processes.
///
/// Nothing is remembered between two questions: what the processes had counted at the end of the
/// last window that was taken is in their reports, so any process can go on where another stopped.
///
/// @param slack how long after its end a window is closed: reports that come later are left out of
///     both arms
public record ReportedWindows(Reports reports, Duration slack) implements Observations {
  // A controller that was away for longer starts anew from what is reported now.
  private static final Duration LONGEST_PAST = Duration.ofMinutes(30);

  @Override
  public List<Window> since(RolloutRecord record, Instant now) throws Unreadable {
    Rollout rollout = record.rollout();
    Duration length = rollout.plan().terms().window();
    Instant latest = end(now.minus(slack), length);
    Instant until =
        record
            .evidence()
            .until()
            .filter(end -> end.isAfter(now.minus(LONGEST_PAST)))
            .orElseGet(() -> beginning(rollout, length, latest));
    if (!latest.isAfter(until)) {
      return List.of();
    }
    try {
      return closed(rollout, length, until, latest, reports.counted(rollout.model(), until));
    } catch (StoreUnavailable away) {
      throw new Unreadable(String.valueOf(away.getMessage()), away);
    }
  }

  private static List<Window> closed(
      Rollout rollout, Duration length, Instant until, Instant latest, Reports.Counted counted) {
    var windows = before(rollout, until, counted.last());
    List<Window> closed = new ArrayList<>();
    for (Instant end = until.plus(length); !end.isAfter(latest); end = end.plus(length)) {
      Instant now = end;
      List<Counters> arrived =
          counted.later().stream().filter(report -> inside(report, now, length)).toList();
      Windows.Closing closing = windows.after(end.minus(length), end, arrived);
      closing.closed().ifPresent(closed::add);
      windows = closing.next();
    }
    return closed;
  }

  private static boolean inside(Counters report, Instant end, Duration length) {
    return !report.windowEnd().isAfter(end) && report.windowEnd().isAfter(end.minus(length));
  }

  private static Windows before(Rollout rollout, Instant until, List<Counters> last) {
    return new Windows(
        rollout.stable(),
        rollout.canary(),
        Optional.of(until),
        last.stream().collect(Collectors.toMap(Counters::process, Function.identity())));
  }

  /// The first end at or before the first step: what was counted until then is nobody's evidence.
  /// After a pause that was too long only the last window is closed, with all that was counted
  /// meanwhile under one share.
  private static Instant beginning(Rollout rollout, Duration length, Instant latest) {
    return rollout
        .term()
        .map(term -> end(term.start(), length))
        .filter(start -> start.isAfter(latest.minus(LONGEST_PAST)))
        .orElseGet(() -> latest.minus(length));
  }

  /// The end of the last window of a length at or before a moment.
  public static Instant end(Instant now, Duration length) {
    long millis = length.toMillis();
    return Instant.ofEpochMilli(Math.floorDiv(now.toEpochMilli(), millis) * millis);
  }
}
