package dev.sluice.control;

import dev.sluice.experiment.Counters;
import dev.sluice.experiment.Window;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.Rollout;
import dev.sluice.rollout.RolloutId;
import dev.sluice.routing.Share;
import dev.sluice.routing.Split;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Traffic outside of any process, as an alias splits it: a test sees it, moves it and breaks it.
final class OutsideTraffic implements Outside, Observations, DataPlane {
  static final String MODEL = "function";

  String stable = "1";
  Map<String, Share> canaries = Map.of();
  Optional<Report> readiness = Optional.of(new Report.Loaded());
  Optional<String> fault = Optional.empty();
  // Happens between the look and the move.
  Runnable meanwhile = () -> {};
  final List<Window> windows = new ArrayList<>();
  final List<Rollout> applied = new ArrayList<>();
  private Optional<RolloutId> last = Optional.empty();

  Share share(String version) {
    return stable.equals(version) && canaries.isEmpty()
        ? Share.ALL
        : canaries.getOrDefault(version, Share.NONE);
  }

  @Override
  public String model() {
    return MODEL;
  }

  @Override
  public Split split() throws Refused {
    demandWorking();
    var weights = new LinkedHashMap<String, Double>();
    double rest = 1 - canaries.values().stream().mapToDouble(Share::fraction).sum();
    weights.put(stable, rest);
    canaries.forEach((version, share) -> weights.put(version, share.fraction()));
    return Split.of(weights);
  }

  @Override
  public Optional<Report> readiness(String version) throws Refused {
    demandWorking();
    return readiness;
  }

  @Override
  public void apply(Rollout rollout, Current current) throws Refused {
    demandWorking();
    Runnable happens = meanwhile;
    meanwhile = () -> {};
    happens.run();
    if (!current.holds()) {
      throw new Refused("decided otherwise");
    }
    applied.add(rollout);
    last = Optional.of(rollout.id());
    stable = rollout.share().equals(Share.ALL) ? rollout.canary() : rollout.stable();
    boolean split = !rollout.share().equals(Share.ALL) && !rollout.share().equals(Share.NONE);
    canaries = split ? Map.of(rollout.canary(), rollout.share()) : Map.of();
  }

  private void demandWorking() throws Refused {
    if (fault.isPresent()) {
      throw new Refused(fault.get());
    }
  }

  @Override
  public Optional<Instant> inEffectSince(Rollout rollout) {
    return last.filter(rollout.id()::equals).map(id -> Instant.EPOCH);
  }

  @Override
  public List<Window> since(RolloutRecord rollout, Instant now) {
    List<Window> closed = List.copyOf(windows);
    windows.clear();
    return closed;
  }

  @Override
  public void route(Map<String, Split> splits) {}

  @Override
  public Map<String, Split> splits() {
    return Map.of();
  }

  @Override
  public void prepare(Rollout rollout) {}

  @Override
  public List<Instances.Held> held() {
    return List.of();
  }

  @Override
  public Optional<Counters> counters(String model, Instant windowEnd) {
    return Optional.empty();
  }
}
