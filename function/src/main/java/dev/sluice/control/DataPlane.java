package dev.sluice.control;

import dev.sluice.experiment.Counters;
import dev.sluice.rollout.Rollout;
import dev.sluice.routing.Split;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the controller asks of this process's serving. Quick: whatever takes long is begun here and
/// done elsewhere.
public interface DataPlane {
  /// From now on traffic goes by these splits.
  void route(Map<String, Split> splits);

  /// How each model of this process is split now.
  Map<String, Split> splits();

  /// The versions of a rollout will be needed: those that are not there are to be loaded, and
  /// counted as its plan wants it.
  void prepare(Rollout rollout);

  /// The versions that are there or on their way.
  List<Instances.Held> held();

  /// What was counted of a model until now; empty when there is no such model.
  Optional<Counters> counters(String model, Instant windowEnd);
}
