package dev.sluice.config;

import dev.sluice.api.Models;
import dev.sluice.control.DataPlane;
import dev.sluice.control.Instances;
import dev.sluice.experiment.Counters;
import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.RolloutId;
import dev.sluice.routing.Routes;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import dev.sluice.routing.Weighted;
import dev.sluice.serving.Check;
import dev.sluice.serving.LiveVersion;
import dev.sluice.serving.Serving;
import dev.sluice.serving.VersionHealth;
import dev.sluice.statistics.Units;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets this process's traffic follow what is written, as far as its versions are in memory.
///
/// A version that is not here gets nothing here: stable answers, and the counts of such a process
/// are left out of the evidence, since its share is not the rollout's.
final class Steering implements DataPlane {
  private static final Logger LOG = LoggerFactory.getLogger(Steering.class);

  private final Serving serving;
  private final Models models;
  // By model: the rollout whose versions were sent for last. Each sends once.
  private final Map<String, RolloutId> sent = new ConcurrentHashMap<>();

  Steering(Serving serving, Models models) {
    this.serving = serving;
    this.models = models;
  }

  @Override
  public void route(Map<String, Split> splits) {
    while (true) {
      Routes before = serving.routes();
      var next = new HashMap<>(before.splits());
      next.replaceAll(
          (model, now) ->
              Optional.ofNullable(splits.get(model))
                  .flatMap(split -> fitted(split, loaded(model)))
                  .orElseGet(now::onStable));
      if (next.equals(before.splits())
          || serving.reroute(before, Routes.of(next, before.revision() + 1))) {
        return;
      }
    }
  }

  private Set<String> loaded(String model) {
    return serving.versions().getOrDefault(model, Map.of()).keySet();
  }

  /// A split over the versions that are here; empty when stable is not: then what is stable now
  /// serves alone, for nobody knows what the others are worth.
  static Optional<Split> fitted(Split split, Set<String> loaded) {
    if (!loaded.contains(split.stable())) {
      return Optional.empty();
    }
    int missing =
        split.versions().stream()
            .filter(weighted -> !loaded.contains(weighted.version()))
            .mapToInt(weighted -> weighted.share().basisPoints())
            .sum();
    List<Weighted> versions = new ArrayList<>();
    for (Weighted weighted : split.versions()) {
      boolean here = loaded.contains(weighted.version());
      boolean stable = weighted.version().equals(split.stable());
      if (here || split.canary().filter(weighted.version()::equals).isPresent()) {
        int points = here ? weighted.share().basisPoints() : 0;
        versions.add(
            new Weighted(weighted.version(), Share.of(stable ? points + missing : points)));
      }
    }
    Set<String> named = versions.stream().map(Weighted::version).collect(Collectors.toSet());
    List<String> others = loaded.stream().filter(name -> !named.contains(name)).sorted().toList();
    return Optional.of(split.withVersions(versions).withAlsoLoaded(others));
  }

  @Override
  public Map<String, Split> splits() {
    return serving.routes().splits();
  }

  @Override
  public void prepare(Rollout rollout) {
    if (rollout.plan().units() == Units.CALLER) {
      for (String version : List.of(rollout.stable(), rollout.canary())) {
        serving
            .live(rollout.model(), version)
            .map(LiveVersion::page)
            .ifPresent(page -> page.countCallers());
      }
    }
    List<Models.Name> missing =
        Stream.of(rollout.stable(), rollout.canary())
            .filter(version -> serving.live(rollout.model(), version).isEmpty())
            .map(version -> new Models.Name(rollout.model(), version))
            .toList();
    if (!missing.isEmpty() && !rollout.id().equals(sent.put(rollout.model(), rollout.id()))) {
      Thread.ofVirtual().name("load-" + rollout.model()).start(() -> missing.forEach(this::load));
    }
  }

  private void load(Models.Name name) {
    switch (models.load(name)) {
      case Models.Answered.Done<Models.Shown> done -> {}
      case Models.Answered.Refused<Models.Shown>(Models.Why why, String detail) -> {
        if (why == Models.Why.UNKNOWN && !serving.versions().containsKey(name.model())) {
          // A deployment's: nothing of it is in any process.
          LOG.atDebug().addKeyValue("version", name).log("a rollout of what is not served here");
          return;
        }
        LOG.atWarn()
            .addKeyValue("version", name)
            .addKeyValue("why", detail)
            .log("not loaded for its rollout");
        if (why == Models.Why.BUSY) {
          // The next tick sends again.
          sent.remove(name.model());
        }
      }
    }
  }

  @Override
  public List<Instances.Held> held() {
    return models.health().stream().map(Steering::held).toList();
  }

  private static Instances.Held held(VersionHealth health) {
    String text =
        health.checks().stream()
            .filter(check -> check.status() != Check.Status.PASS)
            .filter(check -> check.status() != Check.Status.PENDING)
            .map(check -> check.subject().label() + ": " + check.message())
            .collect(Collectors.joining("; "));
    return new Instances.Held(
        health.model(),
        health.version(),
        switch (health.state()) {
          case LOADING -> Instances.Condition.LOADING;
          case HEALTHY -> Instances.Condition.HEALTHY;
          case DEGRADED -> Instances.Condition.DEGRADED;
          case UNHEALTHY -> Instances.Condition.UNHEALTHY;
          case FAILED -> Instances.Condition.FAILED;
        },
        text);
  }

  @Override
  public Optional<Counters> counters(String model, Instant windowEnd) {
    return serving.counters(model, windowEnd);
  }
}
