package dev.sluice.control;

import dev.sluice.experiment.Counters;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The last reports of this process alone, for the time in which there is no other place for them.
/// Not thread-safe.
final class OwnReports implements Reports {
  private static final int KEPT = 64;

  private final Map<String, Deque<Counters>> reports = new HashMap<>();

  @Override
  public void append(String model, Counters counters) {
    Deque<Counters> kept = reports.computeIfAbsent(model, name -> new ArrayDeque<>());
    kept.addLast(counters);
    if (kept.size() > KEPT) {
      kept.removeFirst();
    }
  }

  @Override
  public Counted counted(String model, Instant until) {
    List<Counters> kept = List.copyOf(reports.getOrDefault(model, new ArrayDeque<>()));
    Optional<Counters> last =
        kept.stream().filter(report -> !report.windowEnd().isAfter(until)).reduce((a, b) -> b);
    return new Counted(
        last.stream().toList(),
        kept.stream().filter(report -> report.windowEnd().isAfter(until)).toList());
  }

  @Override
  public void forgetReports(Instant before) {
    reports.values().forEach(kept -> kept.removeIf(each -> each.windowEnd().isBefore(before)));
  }
}
