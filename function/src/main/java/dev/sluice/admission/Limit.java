package dev.sluice.admission;

import dev.sluice.admission.Admission.Admitted;
import java.util.List;

/// Something that can run out. Thread-safe, and never blocks.
public interface Limit {
  /// Takes what the arrival needs, or says why there is none.
  Admission tryAcquire(Arrival arrival, long nowNanos);

  /// Undoes a grant because a later limit refused the arrival; by default what was taken stays
  /// taken. Only for whoever asks several limits, and at most once a grant.
  default void giveBack(Arrival arrival) {}

  /// What this caller is told about its part; nothing, where there is nothing to tell.
  default List<Quota> quotas(Caller caller, long nowNanos) {
    return List.of();
  }

  /// A limit that never runs out.
  static Limit off() {
    Admission admitted = new Admitted(() -> {});
    return (arrival, nowNanos) -> admitted;
  }
}
