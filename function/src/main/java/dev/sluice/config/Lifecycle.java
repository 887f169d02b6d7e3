package dev.sluice.config;

import dev.sluice.api.Readiness;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/// Where this instance is in its life. Thread-safe.
final class Lifecycle implements Readiness {
  private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);
  private final BooleanSupplier impaired;

  /// @param impaired whether something is lost that the service cannot do without
  Lifecycle(BooleanSupplier impaired) {
    this.impaired = impaired;
  }

  /// Everything is loaded and warm. Does nothing once the instance is on its way out.
  void ready() {
    state.compareAndSet(State.STARTING, State.READY);
  }

  /// From now on traffic should go elsewhere. For good.
  void drain() {
    state.set(State.DRAINING);
  }

  @Override
  public State state() {
    State now = state.get();
    return now == State.READY && impaired.getAsBoolean() ? State.IMPAIRED : now;
  }
}
