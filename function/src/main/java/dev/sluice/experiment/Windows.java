package dev.sluice.experiment;

import dev.sluice.routing.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Makes windows of what the processes have counted: the differences of their cumulative counters,
/// added up. A fold: a state and the reports of a window give the next state and the window.
///
/// What may enter:
///
/// - A window is 10 to 60 s long, is closed once, and never before one that was closed. Whoever
///   closes it does so one tick after its end, with the reports that are there.
/// - A process that was not seen before counts if it started inside the window. Else its counters
///   are only remembered.
/// - If any counter of a process is below its last value, or the process started later than the
///   last time, it is another one: its counters count from zero, all of them.
/// - A process that missed windows brings their counts with its next report, if its share was
///   the same all along.
/// - What comes too late is remembered, so that the next difference is right. What cannot be counts
///   is not: its process begins anew, as one that was not seen before.
/// - Under a changed share, or another than that of most requests, nothing of a process counts.
///
/// Nothing that is left out depends on how requests ended, and all of it is left out of both arms
/// and counted.
///
/// @param stable the version of one arm
/// @param canary the version of the other
/// @param until the end of the last window that was closed
/// @param last the counters of each process when it was heard of last
public record Windows(
    String stable, String canary, Optional<Instant> until, Map<String, Counters> last) {

  // Longer than any pause that a process comes back from.
  private static final Duration REMEMBERED = Duration.ofHours(1);

  public Windows {
    last = Map.copyOf(last);
  }

  /// Before the first window of a comparison.
  public static Windows of(String stable, String canary) {
    return new Windows(stable, canary, Optional.empty(), Map.of());
  }

  /// What closing a window gives.
  ///
  /// @param closed nothing when no process had counts that may enter
  /// @param dropped how many reports are in no window, by reason
  /// @param restarts processes that were found to have started anew
  public record Closing(
      Windows next, Optional<Window> closed, Map<Dropped, Integer> dropped, int restarts) {
    public Closing {
      dropped = Map.copyOf(dropped);
    }
  }

  /// Closes a window.
  ///
  /// @param reports for its end, and whatever came too late for the windows before
  public Closing after(Instant start, Instant end, List<Counters> reports) {
    var round = new Round(start, end);
    reports.stream()
        .sorted(Comparator.comparing(Counters::windowEnd).thenComparing(Counters::process))
        .forEach(round::take);
    return round.close();
  }

  /// What one process brings to a window.
  private record Part(Share share, Instant since, Tally stable, Tally canary) {
    double requests() {
      return stable.requests() + canary.requests();
    }
  }

  /// What becomes of a process's report.
  private sealed interface Taken {
    record Used(Part part) implements Taken {}

    record Refused(Dropped why) implements Taken {}
  }

  /// One window while it is being closed.
  private final class Round {
    private final Instant start;
    private final Instant end;
    private final boolean fits;
    private final boolean open;
    private final Map<String, Counters> memory = new HashMap<>(last);
    private final Map<Dropped, Integer> dropped = new EnumMap<>(Dropped.class);
    private final List<Part> parts = new ArrayList<>();
    private int restarts;

    Round(Instant start, Instant end) {
      this.start = start;
      this.end = end;
      this.fits = Window.hasRightLength(start, end);
      this.open = until.filter(start::isBefore).isEmpty();
    }

    void take(Counters report) {
      Optional<Counters> before = Optional.ofNullable(memory.get(report.process()));
      if (!report.valid()) {
        memory.remove(report.process());
        drop(Dropped.INVALID);
      } else if (before.filter(seen -> !report.windowEnd().isAfter(seen.windowEnd())).isPresent()) {
        drop(Dropped.OUT_OF_ORDER);
      } else if (report.windowEnd().isAfter(end) || report.started().isAfter(report.windowEnd())) {
        drop(Dropped.CLOCK_JUMP);
      } else if (!fits) {
        memory.remove(report.process());
        drop(Dropped.CLOCK_JUMP);
      } else {
        memory.put(report.process(), report);
        if (open && report.windowEnd().equals(end)) {
          switch (taken(report, before)) {
            case Taken.Used(Part part) -> parts.add(part);
            case Taken.Refused(Dropped why) -> drop(why);
          }
        } else {
          drop(Dropped.LATE);
        }
      }
    }

    private void drop(Dropped why) {
      dropped.merge(why, 1, Integer::sum);
    }

    private Taken taken(Counters report, Optional<Counters> before) {
      if (before.isEmpty()) {
        return report.started().isBefore(start)
            ? new Taken.Refused(Dropped.FIRST_SIGHT)
            : part(report, Optional.empty(), report.started());
      }
      Counters seen = before.get();
      if (report.started().isAfter(seen.started()) && report.started().isBefore(seen.windowEnd())) {
        // Two processes have one name: neither of them is what the other became.
        return new Taken.Refused(Dropped.FIRST_SIGHT);
      }
      if (report.started().isAfter(seen.started()) || report.below(seen)) {
        restarts++;
        Instant began =
            report.started().isAfter(seen.windowEnd()) ? report.started() : seen.windowEnd();
        return part(report, Optional.empty(), began);
      }
      return report.share().equals(seen.share())
          ? part(report, before, seen.windowEnd())
          : new Taken.Refused(Dropped.SHARE_CHANGED);
    }

    private Taken part(Counters report, Optional<Counters> before, Instant from) {
      if (report.sharesSince().isAfter(from)) {
        return new Taken.Refused(Dropped.SHARE_CHANGED);
      }
      Tally ofStable = since(before, stable, report);
      Tally ofCanary = since(before, canary, report);
      return ofStable.valid() && ofCanary.valid()
          ? new Taken.Used(new Part(report.share(), report.sharesSince(), ofStable, ofCanary))
          : new Taken.Refused(Dropped.INVALID);
    }

    private static Tally since(Optional<Counters> before, String version, Counters report) {
      Tally now = report.tally(version);
      return before.map(seen -> now.minus(seen.tally(version))).orElse(now);
    }

    Closing close() {
      Optional<Window> closed = shareOfMost().map(this::window);
      memory.values().removeIf(seen -> seen.windowEnd().isBefore(end.minus(REMEMBERED)));
      var next = new Windows(stable, canary, fits && open ? Optional.of(end) : until, memory);
      return new Closing(next, closed, dropped, restarts);
    }

    /// The share that most requests were split by; of equals the one that was set last.
    private Optional<Share> shareOfMost() {
      var requests = new TreeMap<Share, Double>();
      var newest = new HashMap<Share, Instant>();
      for (Part part : parts) {
        requests.merge(part.share(), part.requests(), Double::sum);
        newest.merge(part.share(), part.since(), (a, b) -> a.isAfter(b) ? a : b);
      }
      return requests.keySet().stream()
          .max(
              Comparator.<Share>comparingDouble(share -> requests.getOrDefault(share, 0.0))
                  .thenComparing(share -> newest.getOrDefault(share, Instant.MIN)));
    }

    private Window window(Share share) {
      Tally ofStable = Tally.NONE;
      Tally ofCanary = Tally.NONE;
      for (Part part : parts) {
        if (part.share().equals(share)) {
          ofStable = ofStable.plus(part.stable());
          ofCanary = ofCanary.plus(part.canary());
        } else {
          drop(Dropped.MIXED_SHARES);
        }
      }
      return new Window(start, end, share, ofStable, ofCanary);
    }
  }
}
