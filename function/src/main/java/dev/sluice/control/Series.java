package dev.sluice.control;

import dev.sluice.experiment.Evidence;
import dev.sluice.experiment.Judge;
import dev.sluice.experiment.Window;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// A rollout over time, folded from its entries: what each of its windows brought, what was known
/// then, and what was decided.
///
/// However long a rollout lasts, what is kept of it is bounded:
///
///     coarse   0──┬──┬──┬──┬──▶   at most 600 points of equal numbers of entries; when they are
///                                 full, neighbours become one, and a point has twice as many
///     recent               ├┼┼▶   the last 120 entries, each a point: for who follows
///     events                      the last 1,000 decisions
///
/// Belongs to one thread at a time.
public final class Series {
  private static final int MOST_COARSE = 600;
  private static final int MOST_RECENT = 120;
  private static final int MOST_EVENTS = 1_000;

  private final List<SeriesPoint> coarse = new ArrayList<>();
  private final Deque<SeriesPoint> recent = new ArrayDeque<>();
  private final Deque<Entry.Logged> events = new ArrayDeque<>();
  private Optional<RolloutRecord> record = Optional.empty();
  private Instant seen = Instant.EPOCH;
  private long sequence;
  private long revision = -1;
  // Entries in each coarse point, and in the last of them so far.
  private int stride = 1;
  private int inLast = stride;

  /// The rollout after the last entry; empty before the first.
  public Optional<RolloutRecord> record() {
    return record;
  }

  /// The revision after which the next entry is to be read; -1 before the first.
  public long revision() {
    return revision;
  }

  /// The last entry that is in it; 0 before the first.
  public long sequence() {
    return sequence;
  }

  /// Takes the next entry, in order.
  public void add(Entry.Logged logged) {
    Entry entry = logged.entry();
    Optional<RolloutRecord> before = record;
    // What no longer follows by the rules of today is shown as far as it is known.
    record = after(entry).or(() -> before);
    sequence = logged.sequence();
    revision = entry.revision();
    if (entry.change().isPresent()) {
      events.addLast(bare(logged));
      if (events.size() > MOST_EVENTS) {
        events.removeFirst();
      }
    }
    if (entry.event() instanceof Event.Judged(List<Window> windows)
        && !windows.isEmpty()
        && before.isPresent()
        && record.isPresent()) {
      add(SeriesPoint.of(sequence, windows, before.get().rollout(), record.get().evidence()));
    }
  }

  private Optional<RolloutRecord> after(Entry entry) {
    if (entry.event() instanceof Event.Judged(List<Window> windows)
        && entry.change().isEmpty()
        && record.isPresent()) {
      seen = entry.at();
      return record.map(before -> grown(before, windows));
    }
    return Replay.after(record.map(this::seeing), entry);
  }

  /// Where nothing was decided only the evidence grew, and nobody asks what it says: that would
  /// take most of the time.
  private RolloutRecord grown(RolloutRecord before, List<Window> windows) {
    Judge judge = before.rollout().plan().judge();
    Evidence evidence = before.evidence();
    for (Window window : windows) {
      evidence = judge.after(evidence, window);
    }
    return new RolloutRecord(
        before.about(), before.rollout().written(), evidence, before.results());
  }

  /// The rollout as it was seen when something was decided about it.
  private RolloutRecord seeing(RolloutRecord grown) {
    Judge judge = grown.rollout().plan().judge();
    return grown.with(grown.rollout().seeing(judge, grown.evidence(), seen));
  }

  /// Reads what is left unread in evidence, which is large. To be called when no more entries
  /// follow for now.
  public void read() {
    coarse.replaceAll(SeriesPoint::read);
    List<SeriesPoint> read = recent.stream().map(SeriesPoint::read).toList();
    recent.clear();
    recent.addAll(read);
  }

  // Its windows are in the points, and large.
  private static Entry.Logged bare(Entry.Logged logged) {
    Entry entry = logged.entry();
    return new Entry.Logged(
        logged.sequence(),
        new Entry(
            entry.rollout(),
            entry.model(),
            entry.revision(),
            entry.at(),
            new Event.Judged(List.of()),
            entry.change(),
            entry.digest(),
            entry.request()));
  }

  private void add(SeriesPoint point) {
    recent.addLast(point);
    if (recent.size() > MOST_RECENT) {
      recent.removeFirst();
    }
    if (inLast < stride) {
      coarse.add(coarse.removeLast().then(point));
      inLast++;
      return;
    }
    if (coarse.size() == MOST_COARSE) {
      List<SeriesPoint> halved = together(coarse, 2);
      coarse.clear();
      coarse.addAll(halved);
      stride *= 2;
    }
    coarse.add(point);
    inLast = 1;
  }

  /// What came after an entry, in at most so many points. Who comes back after a long time gets
  /// coarse points, the first of which may begin before.
  ///
  /// @param after sequence number; 0: from the beginning
  public List<SeriesPoint> points(long after, int most) {
    boolean follows = !recent.isEmpty() && after >= recent.getFirst().sequence();
    List<SeriesPoint> news =
        (follows ? recent : coarse).stream().filter(point -> point.sequence() > after).toList();
    return together(news, (news.size() + most - 1) / most);
  }

  /// What was decided after an entry, the oldest first.
  public List<Entry.Logged> events(long after) {
    return events.stream().filter(event -> event.sequence() > after).toList();
  }

  private static List<SeriesPoint> together(List<SeriesPoint> points, int each) {
    var merged = new ArrayList<SeriesPoint>();
    for (int from = 0; from < points.size(); from += each) {
      merged.add(
          points.subList(from, Math.min(from + each, points.size())).stream()
              .reduce(SeriesPoint::then)
              .orElseThrow());
    }
    return merged;
  }
}
