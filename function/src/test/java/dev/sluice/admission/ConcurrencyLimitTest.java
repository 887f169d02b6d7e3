package dev.sluice.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.admission.Admission.Admitted;
import dev.sluice.admission.Admission.Rejected;
import dev.sluice.admission.ConcurrencyLimit.Bounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ConcurrencyLimitTest {
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  private static ConcurrencyLimit limit(int slots, int max, Duration service) {
    return new ConcurrencyLimit(new Bounds(slots, DEADLINE, slots, max), service);
  }

  private static Arrival within(Duration left) {
    return new Arrival(new Caller.Unknown(), left.toNanos());
  }

  private static final Arrival PATIENT = within(Duration.ofDays(1));

  private static List<Permit> fill(ConcurrencyLimit limit, Arrival arrival) {
    List<Permit> permits = new ArrayList<>();
    while (limit.tryAcquire(arrival, 0) instanceof Admitted(Permit permit)) {
      permits.add(permit);
    }
    return permits;
  }

  @Test
  void theBoundIsWhatTheSlotsDoInHalfTheDeadline() {
    assertThat(limit(4, 10_000, Duration.ofMillis(10)).bound()).isEqualTo(400);
    assertThat(limit(4, 64, Duration.ofMillis(10)).bound()).isEqualTo(64);
    assertThat(limit(4, 64, Duration.ofSeconds(30)).bound()).isEqualTo(4);
    assertThat(fill(limit(4, 10_000, Duration.ofMillis(10)), PATIENT)).hasSize(400);
  }

  @Test
  void refusesWhatWouldNotBeReadyInTime() {
    // 4 slots, 10 ms each: of 50 ms the run takes 10, so 40 ms may be waited, 16 requests' worth.
    ConcurrencyLimit limit = limit(4, 10_000, Duration.ofMillis(10));

    List<Permit> permits = fill(limit, within(Duration.ofMillis(50)));

    assertThat(permits).hasSize(4 - 1 + 16 + 1);
    assertThat(limit.tryAcquire(within(Duration.ofMillis(55)), 0)).isInstanceOf(Admitted.class);
  }

  @Test
  void letsOneInWhenNobodyIsThereSoThatABadMeanCanRecover() {
    ConcurrencyLimit limit = limit(1, 10, Duration.ofSeconds(60));

    assertThat(fill(limit, within(DEADLINE))).hasSize(1);
    for (int i = 0; i < 200; i++) {
      limit.observed(Duration.ofMillis(10).toNanos());
    }
    assertThat(limit.service()).isLessThan(Duration.ofMillis(11));
    assertThat(limit.bound()).isEqualTo(10);
  }

  @Test
  void theMeanMovesByOneSixteenth() {
    ConcurrencyLimit limit = limit(1, 10, Duration.ofMillis(16));
    limit.observed(Duration.ofMillis(32).toNanos());
    assertThat(limit.service()).isEqualTo(Duration.ofMillis(17));
  }

  @Test
  void saysWhenThereMayBeRoomAndNeverLessThanASecond() {
    ConcurrencyLimit fast = limit(1, 2, Duration.ofMillis(10));
    ConcurrencyLimit slow = limit(1, 1, Duration.ofSeconds(5));
    fill(fast, PATIENT);
    fill(slow, PATIENT);

    assertThat(fast.tryAcquire(PATIENT, 0))
        .isEqualTo(new Rejected(Reason.OVERLOAD, Optional.empty(), Duration.ofSeconds(1)));
    assertThat(slow.tryAcquire(PATIENT, 0))
        .isEqualTo(new Rejected(Reason.OVERLOAD, Optional.empty(), Duration.ofSeconds(5)));
  }

  @Test
  void closingTwiceGivesBackOnce() {
    ConcurrencyLimit limit = limit(2, 4, Duration.ofMillis(10));
    List<Permit> permits = fill(limit, PATIENT);

    permits.getFirst().close();
    permits.getFirst().close();

    assertThat(limit.inFlight()).isEqualTo(3);
    permits.forEach(Permit::close);
    assertThat(limit.inFlight()).isZero();
  }

  @Test
  void hasSpareRoomWhileHalfOfTheSlotsIsIdle() {
    ConcurrencyLimit limit = limit(4, 100, Duration.ofMillis(10));
    List<Boolean> room = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      assertThat(limit.tryAcquire(PATIENT, 0)).isInstanceOf(Admitted.class);
      room.add(limit.hasSpareRoom());
    }
    assertThat(room).containsExactly(true, true, false, false);
  }

  @Test
  void neverLetsInMoreThanItsBoundOfManyThreads() throws Exception {
    ConcurrencyLimit limit = limit(1, 3, Duration.ofMillis(1));
    AtomicInteger inside = new AtomicInteger();

    long above =
        Stress.sum(
            4,
            50_000,
            () -> {
              if (!(limit.tryAcquire(PATIENT, 0) instanceof Admitted(Permit permit))) {
                return 0;
              }
              int together = inside.incrementAndGet();
              Thread.onSpinWait();
              inside.decrementAndGet();
              permit.close();
              permit.close();
              return together > 3 ? 1 : 0;
            });

    assertThat(above).isZero();
    assertThat(limit.inFlight()).isZero();
  }
}
