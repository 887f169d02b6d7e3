package dev.sluice.routing;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;

/// Where the rotation of each model stands in this process.
///
/// Outlives the [Routes], which are immutable: a new revision that leaves a model's shares as they
/// were does not begin its rotation anew; other shares do. Thread-safe without a lock: a state is
/// an immutable value behind one atomic reference, a turn is taken by compare-and-set, and whoever
/// loses tries again. So turns have one order, and each is given once. Replicas rotate each for
/// itself.
public final class Turns {
  private final ConcurrentMap<String, AtomicReference<RoundRobin.State>> states =
      new ConcurrentHashMap<>();

  /// Index of the version whose turn it is; at least one weight is positive.
  int next(String model, int[] weights) {
    AtomicReference<RoundRobin.State> state = states.get(model);
    if (state == null) {
      state =
          states.computeIfAbsent(
              model, unused -> new AtomicReference<>(RoundRobin.State.start(weights)));
    }
    while (true) {
      RoundRobin.State seen = state.get();
      RoundRobin.State current = seen.rotates(weights) ? seen : RoundRobin.State.start(weights);
      RoundRobin.Turn turn = current.next();
      if (state.compareAndSet(seen, turn.next())) {
        return turn.winner();
      }
    }
  }
}
