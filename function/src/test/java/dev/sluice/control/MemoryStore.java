package dev.sluice.control;

import dev.sluice.experiment.Counters;
import dev.sluice.rollout.RolloutId;
import dev.sluice.rollout.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A store in memory, for tests in virtual time. Held to the same contract as the real ones.
public class MemoryStore implements Store {
  private final Map<RolloutId, RolloutRecord> rollouts = new LinkedHashMap<>();
  private final List<Entry.Logged> log = new ArrayList<>();
  private final Map<String, Map<String, Counters>> reports = new HashMap<>();
  private final Map<String, Presence> presences = new HashMap<>();
  private final Map<String, Long> cursors = new HashMap<>();
  private final Map<String, Instant> exposures = new HashMap<>();
  private Settings settings = Settings.NONE;
  private Optional<String> leader = Optional.empty();
  private Instant leads = Instant.EPOCH;
  private long sequence;

  @Override
  public synchronized List<RolloutRecord> active() {
    return rollouts.values().stream().filter(RolloutRecord::active).toList();
  }

  @Override
  public synchronized Optional<RolloutRecord> find(RolloutId id) {
    return Optional.ofNullable(rollouts.get(id));
  }

  @Override
  public List<RolloutRecord> list(Filter filter) {
    return list(filter, Function.identity());
  }

  @Override
  public synchronized <T> List<T> list(Filter filter, Function<RolloutRecord, T> as) {
    return List.copyOf(rollouts.values()).reversed().stream()
        .filter(record -> fits(record, filter))
        .limit(filter.limit())
        .map(as)
        .toList();
  }

  private static boolean fits(RolloutRecord record, Filter filter) {
    return filter.model().map(record.model()::equals).orElse(true)
        && filter.tag().map(record.about().tags()::contains).orElse(true);
  }

  @Override
  public synchronized Settings settings() {
    return settings;
  }

  @Override
  public synchronized Written write(Write write) throws StoreUnavailable {
    RolloutRecord next = write.rollout();
    if (write.entry().revision() != next.revision()) {
      throw new StoreUnavailable("an entry of another revision");
    }
    if (write
        .entry()
        .request()
        .map(Entry.Request::key)
        .filter(key -> named(key).isPresent())
        .isPresent()) {
      return Written.REPEATED;
    }
    long found =
        Optional.ofNullable(rollouts.get(next.id())).map(RolloutRecord::revision).orElse(-1L);
    boolean current = found == next.revision() - 1;
    if (!current || write.settings().filter(this::stale).isPresent()) {
      return Written.STALE;
    }
    boolean occupied =
        next.active()
            && active().stream()
                .anyMatch(
                    other -> other.model().equals(next.model()) && !other.id().equals(next.id()));
    if (occupied) {
      return Written.OCCUPIED;
    }
    rollouts.put(next.id(), next);
    settings = write.settings().orElse(settings);
    sequence++;
    log.add(new Entry.Logged(sequence, write.entry()));
    return Written.WRITTEN;
  }

  private boolean stale(Settings next) {
    return next.revision() != settings.revision() + 1;
  }

  @Override
  public synchronized Written write(Settings next) {
    if (stale(next)) {
      return Written.STALE;
    }
    settings = next;
    return Written.WRITTEN;
  }

  @Override
  public synchronized Written delete(RolloutId draft, long revision) {
    Optional<RolloutRecord> found =
        find(draft)
            .filter(record -> record.revision() == revision)
            .filter(record -> record.rollout().state() instanceof State.Draft);
    if (found.isEmpty()) {
      return Written.STALE;
    }
    rollouts.remove(draft);
    log.removeIf(logged -> logged.entry().rollout().equals(draft));
    return Written.WRITTEN;
  }

  @Override
  public synchronized List<Entry.Logged> entries(RolloutId id, long after, int limit) {
    return log.stream()
        .filter(logged -> logged.entry().rollout().equals(id))
        .filter(logged -> logged.entry().revision() > after)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized List<Entry.Logged> log(long after, int limit) {
    return log.stream().filter(logged -> logged.sequence() > after).limit(limit).toList();
  }

  @Override
  public synchronized long lastSequence() {
    return sequence;
  }

  @Override
  public synchronized List<Entry.Logged> history(Filter filter) {
    return List.copyOf(log).reversed().stream()
        .filter(logged -> logged.entry().change().isPresent())
        .filter(
            logged -> find(logged.entry().rollout()).filter(each -> fits(each, filter)).isPresent())
        .limit(filter.limit())
        .toList();
  }

  @Override
  public synchronized List<Entry.Logged> history(RolloutId id, int limit) {
    return List.copyOf(log).reversed().stream()
        .filter(logged -> logged.entry().change().isPresent())
        .filter(logged -> logged.entry().rollout().equals(id))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Optional<Entry.Logged> requested(String key) {
    return named(key);
  }

  private Optional<Entry.Logged> named(String key) {
    return log.stream()
        .filter(
            logged ->
                logged.entry().request().map(Entry.Request::key).filter(key::equals).isPresent())
        .findFirst();
  }

  @Override
  public synchronized void append(String model, Counters counters) {
    reports
        .computeIfAbsent(model, name -> new LinkedHashMap<>())
        .putIfAbsent(counters.process() + " " + counters.windowEnd(), counters);
  }

  @Override
  public synchronized Counted counted(String model, Instant until) {
    List<Counters> all = List.copyOf(reports.getOrDefault(model, Map.of()).values());
    Map<String, Counters> last =
        all.stream()
            .filter(report -> !report.windowEnd().isAfter(until))
            .filter(report -> !report.windowEnd().isBefore(until.minus(Duration.ofHours(1))))
            .collect(
                Collectors.toMap(
                    Counters::process,
                    Function.identity(),
                    BinaryOperator.maxBy(Comparator.comparing(Counters::windowEnd))));
    return new Counted(
        List.copyOf(last.values()),
        all.stream()
            .filter(report -> report.windowEnd().isAfter(until))
            .sorted(Comparator.comparing(Counters::windowEnd))
            .toList());
  }

  @Override
  public synchronized void forgetReports(Instant before) {
    reports
        .values()
        .forEach(each -> each.values().removeIf(report -> report.windowEnd().isBefore(before)));
  }

  @Override
  public synchronized void present(Presence presence) {
    presences.put(presence.process(), presence);
  }

  @Override
  public synchronized List<Presence> presentSince(Instant since) {
    return presences.values().stream().filter(each -> !each.at().isBefore(since)).toList();
  }

  @Override
  public synchronized boolean lease(String holder, Instant now, Instant until) {
    boolean granted =
        leader.filter(holder::equals).isPresent()
            || !leads.isAfter(now)
            || leads.isAfter(until.plus(Duration.ofMinutes(1)));
    if (granted) {
      leader = Optional.of(holder);
      leads = until;
    }
    return granted;
  }

  @Override
  public synchronized Optional<Instant> leased() {
    return leader.map(holder -> leads);
  }

  @Override
  public synchronized long cursor(String reader) {
    return cursors.getOrDefault(reader, 0L);
  }

  @Override
  public synchronized boolean move(String reader, long from, long to) {
    boolean mine = cursor(reader) == from;
    if (mine) {
      cursors.put(reader, to);
    }
    return mine;
  }

  @Override
  public synchronized boolean first(String exposure, Instant now, Instant forget) {
    exposures.values().removeIf(end -> !end.isAfter(now));
    return exposures.putIfAbsent(exposure, forget) == null;
  }

  @Override
  public synchronized void forgetRollouts(int keep) {
    for (boolean over : List.of(true, false)) {
      List<RolloutId> old =
          List.copyOf(rollouts.values()).reversed().stream()
              .filter(record -> !record.active())
              .filter(record -> record.rollout().state().isFinal() == over)
              .map(RolloutRecord::id)
              .skip(keep)
              .toList();
      old.forEach(rollouts::remove);
      log.removeIf(logged -> old.contains(logged.entry().rollout()));
    }
  }

  @Override
  public void close() {}
}
