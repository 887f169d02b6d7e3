package dev.sluice.api;

import dev.sluice.admission.ConcurrencyLimit;
import java.util.concurrent.atomic.AtomicLong;

/// Learns how long a request keeps the machine busy, whatever it spends the time on: parsing,
/// decoding, the model, writing.
///
/// While fewer requests are in flight than there are slots nobody waits, and the time that a
/// request took is its slot time. With more in flight that time has waiting in it; but then the
/// slots are never idle, answers leave one after the other, and with `m` slots the time between
/// two departures is an `m`-th of the slot time. Thread-safe.
final class Pace {
  private final ConcurrencyLimit limit;
  private final int slots;
  private final AtomicLong lastDeparture;

  Pace(ConcurrencyLimit limit, int slots, long nowNanos) {
    this.limit = limit;
    this.slots = slots;
    this.lastDeparture = new AtomicLong(nowNanos);
  }

  /// Takes one answered request into account.
  ///
  /// @param inFlight requests in flight when it began, itself among them
  void departed(int inFlight, long beganNanos, long nowNanos) {
    long previous = lastDeparture.getAndSet(nowNanos);
    boolean saturated = inFlight > slots && previous - beganNanos > 0;
    limit.observed(saturated ? (nowNanos - previous) * slots : nowNanos - beganNanos);
  }
}
