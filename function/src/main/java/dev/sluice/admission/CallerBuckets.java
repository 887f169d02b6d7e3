package dev.sluice.admission;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// A token bucket for each caller, at most `capacity` of them.
///
/// A bucket that is full again is as good as a new one, so forgetting it loses nothing. Every
/// bucket of the map has a place in a ring. A caller without a bucket looks at the next
/// [#LOOKS] places of the ring; a place that is empty, or whose bucket is full, becomes its own.
/// If all of them are in use, the newcomer takes its token from the one *overflow* bucket that all
/// such newcomers share; known callers are not touched.
///
/// What somebody with many addresses gets: with a rate of 50 a second one request keeps a bucket in
/// use for 20 ms, so to fill 65,536 places takes as many addresses every 20 ms, more than three
/// million requests a second. Whoever manages that brings *new* callers down to one caller's rate
/// together, while callers with a bucket keep theirs, and the memory stays what it was (about 100
/// bytes a place). A rate per caller does not bound their sum; that is the global rate's task.
///
/// Lock-free, and each caller has one bucket at any time:
///
/// - whoever wants a place retires its bucket first, by compare-and-set from full; a retired
///   bucket grants nothing, so a thread that still holds it comes back here for a new one;
/// - only the one who retired a bucket (or took an empty place) writes the place, and it takes the
///   old bucket out of the map before it puts the new one in; so the map has never more entries
///   than the ring has places;
/// - of two threads that bring a bucket for the same caller, `putIfAbsent` keeps one. The other's
///   stays in its place, full and unknown to the map, until the ring comes round to it.
final class CallerBuckets {
  private static final int LOOKS = 8;

  private record Place(Caller caller, TokenBucket bucket) {}

  private final RatePolicy policy;
  private final TokenBucket overflow;
  private final ConcurrentMap<Caller, TokenBucket> buckets;
  private final AtomicReferenceArray<Place> ring;
  private final AtomicInteger hand = new AtomicInteger();

  CallerBuckets(RatePolicy policy, int capacity, long nowNanos) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be positive: " + capacity);
    }
    this.policy = policy;
    this.overflow = new TokenBucket(policy, nowNanos);
    this.buckets = new ConcurrentHashMap<>();
    this.ring = new AtomicReferenceArray<>(capacity);
  }

  /// Takes a token of this caller.
  ///
  /// @return [TokenBucket#GRANTED], or the nanoseconds until there is a token
  long tryTake(Caller caller, long nowNanos) {
    while (true) {
      TokenBucket bucket = buckets.get(caller);
      if (bucket == null) {
        bucket = admit(caller, nowNanos);
      }
      long wait = bucket.tryTake(nowNanos);
      if (wait != TokenBucket.RETIRED) {
        return wait;
      }
      // Whoever retired it is about to do the same; nobody has to wait for that.
      buckets.remove(caller, bucket);
    }
  }

  /// Puts back the token of this caller's last take.
  void give(Caller caller) {
    TokenBucket bucket = buckets.get(caller);
    (bucket == null ? overflow : bucket).give();
  }

  /// Nanoseconds until this caller's bucket is full.
  long missingNanos(Caller caller, long nowNanos) {
    TokenBucket bucket = buckets.get(caller);
    return bucket == null ? 0 : bucket.missingNanos(nowNanos);
  }

  /// Callers with a bucket of their own.
  int size() {
    return buckets.size();
  }

  private TokenBucket admit(Caller caller, long nowNanos) {
    TokenBucket fresh = new TokenBucket(policy, nowNanos);
    if (!findPlace(new Place(caller, fresh), nowNanos)) {
      return overflow;
    }
    TokenBucket other = buckets.putIfAbsent(caller, fresh);
    return other == null ? fresh : other;
  }

  private boolean findPlace(Place newcomer, long nowNanos) {
    for (int look = 0; look < LOOKS; look++) {
      int index = Math.floorMod(hand.getAndIncrement(), ring.length());
      Place old = ring.get(index);
      if (old == null) {
        if (ring.compareAndSet(index, null, newcomer)) {
          return true;
        }
      } else if (old.bucket().retireIfFull(nowNanos)) {
        buckets.remove(old.caller(), old.bucket());
        ring.set(index, newcomer);
        return true;
      }
    }
    return false;
  }
}
