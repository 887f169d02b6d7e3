package dev.sluice.admission;

import dev.sluice.admission.Admission.Admitted;
import dev.sluice.admission.Admission.Rejected;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The door of the process. Asks, in this order and no further than the first refusal:
///
///     shutting down? → the rate of all → the caller's rate → the model's concurrency
///
/// What a refused request leaves behind: nothing in the model's concurrency, which is asked last;
/// nothing in the rate of all, whose token is given back; of its caller's rate the token, if it was
/// the model that refused. Every decision costs the same few compare-and-sets, from the head alone.
///
/// Thread-safe. Shadow traffic is not asked here; see [ConcurrencyLimit#hasSpareRoom()].
public final class Gate {
  private static final Duration RESTART = Duration.ofSeconds(1);

  private final Limit everybody;
  private final Limit perCaller;
  private volatile boolean shuttingDown;

  public Gate(Limit everybody, Limit perCaller) {
    this.everybody = everybody;
    this.perCaller = perCaller;
  }

  /// Whether a request for a model may come in.
  ///
  /// @param model the concurrency of the model that the request is for
  public Admission admit(Arrival arrival, Limit model, long nowNanos) {
    if (shuttingDown) {
      return new Rejected(Reason.SHUTTING_DOWN, Optional.empty(), RESTART);
    }
    Admission ofAll = everybody.tryAcquire(arrival, nowNanos);
    if (ofAll instanceof Rejected) {
      return ofAll;
    }
    Admission last = admitCaller(arrival, model, nowNanos);
    if (last instanceof Rejected) {
      everybody.giveBack(arrival);
    }
    return last;
  }

  private Admission admitCaller(Arrival arrival, Limit model, long nowNanos) {
    return switch (perCaller.tryAcquire(arrival, nowNanos)) {
      case Rejected rejected -> rejected;
      case Admitted admitted -> {
        Admission last = model.tryAcquire(arrival, nowNanos);
        if (last instanceof Rejected) {
          perCaller.giveBack(arrival);
        }
        yield last;
      }
    };
  }

  /// From now on nobody comes in; who is in stays. For good.
  public void shutDown() {
    shuttingDown = true;
  }

  /// What this caller is told about the rates.
  public List<Quota> quotas(Caller caller, long nowNanos) {
    return Stream.concat(
            perCaller.quotas(caller, nowNanos).stream(),
            everybody.quotas(caller, nowNanos).stream())
        .toList();
  }
}
