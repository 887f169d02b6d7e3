package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class CallerBucketsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final RatePolicy POLICY = new RatePolicy("caller", 1, 2);

  private static Caller caller(long id) {
    return new Caller.Network(id, 0);
  }

  @Test
  void callersDoNotShare() {
    CallerBuckets buckets = new CallerBuckets(POLICY, 100, 0);
    exhaust(buckets, caller(1));

    assertThat(buckets.tryTake(caller(1), 0)).isEqualTo(SECOND);
    assertThat(buckets.tryTake(caller(2), 0)).isEqualTo(TokenBucket.GRANTED);
    assertThat(buckets.tryTake(new Caller.Keyed("1"), 0)).isEqualTo(TokenBucket.GRANTED);
  }

  private static void exhaust(CallerBuckets buckets, Caller caller) {
    assertThat(buckets.tryTake(caller, 0)).isEqualTo(TokenBucket.GRANTED);
    assertThat(buckets.tryTake(caller, 0)).isEqualTo(TokenBucket.GRANTED);
  }

  @Test
  void aFullTableKeepsItsCallersAndLetsNewcomersShare() {
    CallerBuckets buckets = new CallerBuckets(POLICY, 4, 0);
    for (int i = 0; i < 4; i++) {
      exhaust(buckets, caller(i));
    }

    assertThat(buckets.tryTake(caller(10), 0)).isEqualTo(TokenBucket.GRANTED);
    assertThat(buckets.tryTake(caller(11), 0)).isEqualTo(TokenBucket.GRANTED);
    assertThat(buckets.tryTake(caller(12), 0)).isEqualTo(SECOND);
    assertThat(buckets.tryTake(caller(0), 0)).isEqualTo(SECOND);
    assertThat(buckets.size()).isEqualTo(4);
  }

  @Test
  void placesOfIdleCallersGoToNewcomers() {
    CallerBuckets buckets = new CallerBuckets(POLICY, 4, 0);
    for (int i = 0; i < 4; i++) {
      exhaust(buckets, caller(i));
    }
    long later = 2 * SECOND;

    for (int i = 10; i < 14; i++) {
      assertThat(buckets.tryTake(caller(i), later)).isEqualTo(TokenBucket.GRANTED);
    }
    assertThat(buckets.size()).isEqualTo(4);
    assertThat(buckets.missingNanos(caller(10), later)).isEqualTo(SECOND);
    assertThat(buckets.missingNanos(caller(0), later)).isZero();
  }

  @Test
  void memoryStaysBoundedUnderManyAddresses() {
    CallerBuckets buckets = new CallerBuckets(POLICY, 64, 0);
    for (int i = 0; i < 100_000; i++) {
      buckets.tryTake(caller(i), i * 1000L);
    }
    assertThat(buckets.size()).isLessThanOrEqualTo(64);
  }

  @Test
  void aCallerGetsItsBurstOnceHoweverManyThreadsBringIt() throws Exception {
    for (int round = 0; round < 200; round++) {
      CallerBuckets buckets = new CallerBuckets(new RatePolicy("caller", 1, 50), 256, 0);

      long granted =
          Stress.sum(4, 50, () -> buckets.tryTake(caller(1), 0) == TokenBucket.GRANTED ? 1 : 0);

      assertThat(granted).isEqualTo(50);
    }
  }

  @Test
  void evictionGivesNobodyMoreThanBurstAndRate() throws Exception {
    // Two places for many callers, and time goes on: buckets are retired while others hold them.
    CallerBuckets buckets = new CallerBuckets(new RatePolicy("caller", 1000, 5), 2, 0);
    AtomicLong clock = new AtomicLong();
    long step = 10_000; // a token comes back every 100 calls

    long granted =
        Stress.sum(
            4,
            20_000,
            () -> {
              long now = clock.addAndGet(step);
              buckets.tryTake(caller(2 + now / step % 5), now);
              return buckets.tryTake(caller(1), now) == TokenBucket.GRANTED ? 1 : 0;
            });

    // Caller 1 has its own bucket or the shared one: never more than both.
    double seconds = clock.get() / 1e9;
    assertThat((double) granted).isLessThanOrEqualTo(2 * (5 + 1000 * seconds));
    assertThat(buckets.size()).isLessThanOrEqualTo(2);
  }
}
