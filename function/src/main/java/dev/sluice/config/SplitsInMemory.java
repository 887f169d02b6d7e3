package dev.sluice.config;

import dev.sluice.control.Entry;
import dev.sluice.control.RolloutRecord;
import dev.sluice.control.Rollouts;
import dev.sluice.control.Settings;
import dev.sluice.control.StoreUnavailable;
import dev.sluice.rollout.RolloutId;
import dev.sluice.routing.Routes;
import dev.sluice.routing.Split;
import dev.sluice.serving.Serving;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// Standing splits that a process forgets, and no rollouts: a store for a process that has none.
/// Thread-safe.
final class SplitsInMemory implements Rollouts {
  private final AtomicReference<Settings> settings;

  SplitsInMemory(Map<String, Split> splits) {
    this.settings = new AtomicReference<>(Settings.NONE.configured(splits));
  }

  /// Lets requests follow what was written.
  void show(Serving serving) {
    while (true) {
      Settings now = settings.get();
      Routes before = serving.routes();
      var splits = new HashMap<>(before.splits());
      now.standing().forEach((model, standing) -> splits.put(model, standing.split()));
      if (serving.reroute(before, Routes.of(splits, now.revision()))) {
        return;
      }
    }
  }

  @Override
  public Settings settings() {
    return settings.get();
  }

  @Override
  public Written write(Settings next) {
    Settings before = settings.get();
    boolean follows = before.revision() + 1 == next.revision();
    return follows && settings.compareAndSet(before, next) ? Written.WRITTEN : Written.STALE;
  }

  @Override
  public Written write(Write write) throws StoreUnavailable {
    throw new StoreUnavailable("this process keeps no rollouts");
  }

  @Override
  public Written delete(RolloutId draft, long revision) throws StoreUnavailable {
    throw new StoreUnavailable("this process keeps no rollouts");
  }

  @Override
  public List<RolloutRecord> active() {
    return List.of();
  }

  @Override
  public Optional<RolloutRecord> find(RolloutId id) {
    return Optional.empty();
  }

  @Override
  public List<RolloutRecord> list(Filter filter) {
    return List.of();
  }

  @Override
  public List<Entry.Logged> entries(RolloutId id, long after, int limit) {
    return List.of();
  }

  @Override
  public List<Entry.Logged> log(long after, int limit) {
    return List.of();
  }

  @Override
  public long lastSequence() {
    return 0;
  }

  @Override
  public List<Entry.Logged> history(Filter filter) {
    return List.of();
  }

  @Override
  public Optional<Entry.Logged> requested(String key) {
    return Optional.empty();
  }
}
