package dev.sluice.control;

import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.RolloutId;
import dev.sluice.routing.Split;
import dev.sluice.routing.Weighted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Traffic outside while no rollout is active on it. What ended leaves its share there, however
/// often that has to be tried and whoever leads then, unless somebody gave traffic to another
/// version meanwhile. What others do there is theirs to do, and is learned as the standing split:
/// the next rollout is held against it.
///
/// How far the record of rollouts was brought outside is kept as a cursor over it, so a process
/// that begins does not repeat what was done, and undoes nothing.
record StandingOutside(Store store) {
  private static final int PAGE = 500;

  /// Looks once.
  ///
  /// @return whether the standing split was written
  /// @throws Actuator.Refused when traffic is not where it should be, or nobody can say
  boolean look(Outside outside, Settings settings) throws StoreUnavailable, Actuator.Refused {
    conclude(outside);
    return learn(outside, settings);
  }

  private void conclude(Outside outside) throws StoreUnavailable, Actuator.Refused {
    String reader = "outside:" + outside.model();
    long from = store.cursor(reader);
    long to = from;
    List<RolloutId> told = new ArrayList<>();
    List<Entry.Logged> page;
    do {
      page = store.log(to, PAGE);
      for (Entry.Logged logged : page) {
        to = logged.sequence();
        if (logged.entry().model().equals(outside.model())) {
          told.remove(logged.entry().rollout());
          told.addLast(logged.entry().rollout());
        }
      }
    } while (page.size() == PAGE);
    Optional<RolloutRecord> ended = lastEnded(told);
    if (ended.isPresent() && isBetween(outside.split(), ended.get().rollout())) {
      outside.apply(ended.get().rollout());
    }
    if (to != from) {
      store.move(reader, from, to);
    }
  }

  // Where another version has traffic, somebody has moved it since.
  private static boolean isBetween(Split split, Rollout rollout) {
    return split.versions().stream()
        .map(Weighted::version)
        .allMatch(List.of(rollout.stable(), rollout.canary())::contains);
  }

  private Optional<RolloutRecord> lastEnded(List<RolloutId> told) throws StoreUnavailable {
    for (RolloutId id : told.reversed()) {
      Optional<RolloutRecord> record = store.find(id);
      if (record.filter(each -> each.rollout().state().isFinal()).isPresent()) {
        return record;
      }
    }
    return Optional.empty();
  }

  private boolean learn(Outside outside, Settings settings)
      throws StoreUnavailable, Actuator.Refused {
    Split found = Split.single(outside.split().stable());
    String model = outside.model();
    Optional<Split> known = settings.split(model);
    if (known.isEmpty()) {
      return store.write(settings.configured(Map.of(model, found))) == Rollouts.Written.WRITTEN;
    }
    return !known.get().stable().equals(found.stable())
        && store.write(settings.written(model, found)) == Rollouts.Written.WRITTEN;
  }
}
