package dev.sluice.admission;

import java.util.concurrent.atomic.AtomicLong;

/// A bucket of `B` tokens into which one comes back every `T` nanoseconds, kept in one number.
///
/// Instead of tokens and the moment of the last refill we keep the *theoretical arrival time* of
/// the generic cell rate algorithm (ITU-T I.371): the moment `a` at which the bucket will be full
/// again. With `d = max(0, a - now)`, the time still missing,
///
///     tokens(now) = B - d / T
///     a request is granted  iff  tokens >= 1  iff  d <= (B - 1) · T;    then  a := now + d + T
///     else the next token comes in  d - (B - 1) · T
///
/// So a take is one compare-and-set, an idle bucket costs nothing, and in any interval of length
/// `t` at most `B + t / T` requests are granted. Times are compared by difference, for the clock
/// may be negative and wrap. A clock that two threads read in one order and bring in another does
/// no harm: `a` never moves back by a take.
///
/// Lock-free. A bucket that belongs to a table can be retired when it is full (a full bucket is as
/// good as a new one); after that it grants nothing and says so.
final class TokenBucket {
  static final long GRANTED = 0;
  static final long RETIRED = -1;

  /// The mark of a retired bucket. A moment never has it: see [#moment].
  private static final long GONE = Long.MIN_VALUE;

  private final long nanosPerToken;
  private final long burst;
  private final AtomicLong fullAt;

  TokenBucket(RatePolicy policy, long nowNanos) {
    nanosPerToken = policy.nanosPerToken();
    burst = policy.burst();
    fullAt = new AtomicLong(moment(nowNanos));
  }

  private static long moment(long nanos) {
    return nanos == GONE ? GONE + 1 : nanos;
  }

  /// Takes one token.
  ///
  /// @return [#GRANTED], [#RETIRED], or the nanoseconds until there is a token
  long tryTake(long nowNanos) {
    while (true) {
      long seen = fullAt.get();
      if (seen == GONE) {
        return RETIRED;
      }
      long missing = Math.max(0, seen - nowNanos);
      long wait = missing - (burst - 1) * nanosPerToken;
      if (wait > 0) {
        return wait;
      }
      if (fullAt.compareAndSet(seen, moment(nowNanos + missing + nanosPerToken))) {
        return GRANTED;
      }
    }
  }

  /// Puts back the token of a take. If the bucket was refilled in the meantime, the refill of just
  /// that time counts twice; between take and give lies one decision, about a microsecond. The
  /// bucket never holds more than its burst, whatever is given.
  void give() {
    while (true) {
      long seen = fullAt.get();
      if (seen == GONE || fullAt.compareAndSet(seen, moment(seen - nanosPerToken))) {
        return;
      }
    }
  }

  /// Ends the bucket if it is full.
  ///
  /// @return whether this call ended it
  boolean retireIfFull(long nowNanos) {
    long seen = fullAt.get();
    return seen != GONE && seen - nowNanos <= 0 && fullAt.compareAndSet(seen, GONE);
  }

  /// Nanoseconds until the bucket is full; 0 for a retired one.
  long missingNanos(long nowNanos) {
    long seen = fullAt.get();
    return seen == GONE ? 0 : Math.max(0, seen - nowNanos);
  }
}
